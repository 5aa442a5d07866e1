import Foundation
import Kernels
import Networks

/// Goes down a function of a vector as training goes down the loss: by the same recipe. To it the vector is the weights of one neuron, and each step an epoch.
///
/// Optimizers compute in Float, so the points of the path, the start too, are Floats widened to Double, of a relative
/// resolution of 6e-8. Each step computes the function once, and its gradient: if none is given, from 2n more values of the
/// function for n elements, ∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / 2h with h = ∛ε · max(1, |xᵢ|).
/// - Parameters:
///   - start: at least one element.
///   - steps: at least 0.
///   - isUnitLength: divides each gradient by its Euclidean norm before anything else is done to it; one of zero stays zero.
///   - gradient: the function's, as many elements as the vector has.
/// - Returns: the start and the point after each step.
/// - Throws: `DivergenceError.diverged` with the step at whose beginning the function is not finite, or its gradient, as
///   Floats (`layer` is "function"); the end of the path counts as the beginning of one more.
///   `SettingsError.warmupTooLong`, `.settingDoesNotFit` for settings that optimizer or schedule have no use for.
package func minimise(
    from start: [Double], steps: Int, recipe: UpdateRecipe, isUnitLength: Bool = false,
    _ function: ([Double]) -> Double, gradient: (([Double]) -> [Double])? = nil
) throws(DivergenceError) -> [[Double]] {
    precondition(!start.isEmpty && steps >= 0, "a vector and a number of steps")
    let descent = Descent(from: start, recipe, isUnitLength: isUnitLength)
    var path: [[Double]] = []
    for stepNumber in 1...steps + 1 {
        let step = UpdateStep(number: stepNumber, learningRate: recipe.learningRate.rate(ofStep: stepNumber - 1))
        let point = descent.point
        guard function(point).isFinite else {
            throw .diverged(step: stepNumber, layer: nil, learningRate: step.learningRate)
        }
        path.append(point)
        if stepNumber <= steps {
            try descent.move(along: gradient?(point) ?? centralDifferences(of: function, at: point), step)
        }
    }
    return path
}

/// The gradient of a function, from 2n of its values; off by some ε^⅔ ≈ 4e-11 of these and of the third derivatives.
package func centralDifferences(of function: ([Double]) -> Double, at point: [Double]) -> [Double] {
    point.indices.map { index in
        let width = cbrt(Double.ulpOfOne) * max(1, abs(point[index]))
        func value(_ shift: Double) -> Double {
            var moved = point
            moved[index] += shift
            return function(moved)
        }
        return (value(width) - value(-width)) / (2 * width)
    }
}

/// A vector on its way, and the optimizer that moves it.
private struct Descent {
    private let recipe: UpdateRecipe
    private let isUnitLength: Bool
    private let range: ParameterRange
    private let position: FloatBuffer
    private let gradient: FloatBuffer
    private let slots: [FloatBuffer]

    init(from start: [Double], _ recipe: UpdateRecipe, isUnitLength: Bool) {
        self.recipe = recipe
        self.isUnitLength = isUnitLength
        range = ParameterRange(
            offset: 0, count: start.count, isWeight: true, gradientOffset: 0, countPerOutput: start.count)
        position = FloatBuffer(count: start.count)
        gradient = FloatBuffer(count: start.count)
        slots = recipe.optimizer.slotNames.map { _ in FloatBuffer(count: start.count) }
        _ = position.view.pointer.update(fromContentsOf: start.map { Float($0) })
    }

    var point: [Double] { position.view.array.map { Double($0) } }

    /// One step; the gradient is Float from here on.
    func move(along direction: [Double], _ step: UpdateStep) throws(DivergenceError) {
        precondition(direction.count == gradient.count, "the gradient is as long as the vector")
        let (position, gradient) = (position.view, gradient.view)
        _ = gradient.pointer.update(fromContentsOf: direction.map { Float($0) })
        guard firstNotFinite(in: gradient) == nil else {
            throw .diverged(step: step.number, layer: "function", learningRate: step.learningRate)
        }
        if isUnitLength { makeUnitLength() }
        recipe.shaping.apply(to: gradient, of: range, parameters: position, norm: norm(gradient))
        recipe.optimizer.makeDirection(gradient, of: range, parameters: position, slots: slots, in: step)
        var step = step
        step.trustRatio = Float(
            recipe.optimizer.trustRatio(parameters: norm(position), direction: norm(gradient), isWeight: range.isWeight)
        )
        recipe.optimizer.update(range, parameters: position, gradient: gradient, slots: slots, in: step)
        recipe.maxNorm?.apply(to: range, of: position)
    }

    /// In Double, where the quotient is exact if there is one element alone.
    private func makeUnitLength() {
        let length = norm(gradient.view)
        guard length > 0 else { return }
        for index in 0..<gradient.count { gradient.view[index] = Float(Double(gradient.view[index]) / length) }
    }

    private func norm(_ values: FloatView) -> Double { sumOfSquares(values).squareRoot() }
}
