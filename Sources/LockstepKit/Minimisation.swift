import Optimizers
import RunSettings

/// Goes down a function of a vector as training goes down the loss, with the same optimizers and schedules. Each step is an
/// epoch to these, and the vector is the weights of one neuron.
///
/// Optimizers compute in Float, so the points of the path are Floats widened to Double. Without a `gradient` it is computed by
/// central differences, (f(x + h eᵢ) − f(x − h eᵢ)) / 2h with h = ∛ε · max(1, |xᵢ|).
/// - Parameters:
///   - start: at least one element.
///   - settings: as in a configuration file; without any, plain gradient descent at a rate of 0.1.
///   - isUnitLength: divides each gradient by its Euclidean norm before anything else is done to it.
///   - gradient: the function's, as many elements as the vector has.
/// - Returns: the start and the point after each step.
/// - Throws: `LockstepError`: of kind `diverged` where the function or its gradient is not finite; of kind `usage` for settings.
public func minimise(
    from start: [Double], steps: Int, settings: Settings = [:], isUnitLength: Bool = false,
    _ function: ([Double]) -> Double, gradient: (([Double]) -> [Double])? = nil
) throws(LockstepError) -> [[Double]] {
    guard !start.isEmpty, steps >= 0 else {
        throw LockstepError(.usage, "a start of one element or more is needed, and a number of steps from 0 on")
    }
    return try worded {
        var configuration = Configuration.plainDescent
        try configuration.say(settings, excluding: [])
        return try Optimizers.minimise(
            from: start, steps: steps, recipe: configuration.updateRecipe(steps: steps), isUnitLength: isUnitLength,
            function, gradient: gradient)
    }
}
