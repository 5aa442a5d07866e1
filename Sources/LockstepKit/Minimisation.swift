import Optimizers
import RunSettings

/// Minimises a function of a vector with the optimizers and learning-rate schedules of training. A step counts as an epoch,
/// and the vector as the weights of one neuron.
///
/// Optimizers compute in Float, so the points of the path are Floats converted to Double. Without `gradient`, gradients are
/// central differences, (f(x + h eᵢ) − f(x − h eᵢ)) / 2h with h = ∛ε · max(1, |xᵢ|).
/// - Parameters:
///   - start: the first point, with at least one element.
///   - steps: the number of steps.
///   - settings: as in a configuration file. The default is plain gradient descent with a learning rate of 0.1.
///   - isUnitLength: whether each gradient is first divided by its Euclidean norm.
///   - function: the function to minimise.
///   - gradient: the gradient of the function, with as many elements as the vector.
/// - Returns: the start and the point after each step.
/// - Throws: `LockstepError` of kind `diverged` if the function or its gradient is not finite, of kind `usage` for invalid
///   settings.
public func minimise(
    from start: [Double], steps: Int, settings: Settings = [:], isUnitLength: Bool = false,
    _ function: ([Double]) -> Double, gradient: (([Double]) -> [Double])? = nil
) throws(LockstepError) -> [[Double]] {
    guard !start.isEmpty, steps >= 0 else {
        throw LockstepError(.usage, "a start of one element or more is needed, and a number of steps from 0 on")
    }
    return try worded {
        var configuration = Configuration.plainGradientDescent
        try configuration.specify(settings, excluding: [])
        return try Optimizers.minimise(
            from: start, steps: steps, recipe: configuration.updateRecipe(steps: steps), isUnitLength: isUnitLength,
            function, gradient: gradient)
    }
}
