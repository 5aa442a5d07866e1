import Foundation
import Kernels
import Networks

/// Minimises a function of a vector by the recipe of a training: the vector counts as the weights of one neuron, and
/// each step as an epoch.
///
/// Optimizers compute in Float, so all points of the path are Floats widened to Double, of a relative resolution of
/// 6e-8. Each step computes the function and its gradient once. Without a given gradient that takes 2n more values of
/// the function for n elements: ∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / 2h with h = ∛ε · max(1, |xᵢ|).
/// - Parameters:
///   - start: at least one element.
///   - steps: at least 0.
///   - isUnitLength: whether each gradient is first divided by its Euclidean norm; a zero gradient stays zero.
///   - gradient: the function's, with as many elements as the vector.
/// - Returns: the start and the point after each step.
/// - Throws: `DivergenceError.diverged` with the step before which the function is not finite (`layer` is nil), or its
///   gradient as Floats is not (`layer` is "function"); the last point counts as the one before step `steps` + 1.
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

/// The gradient of a function of n elements, from 2n of its values; its error is some ε^⅔ ≈ 4e-11 of these and of the
/// third derivatives.
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

/// The current point, and the optimizer that moves it.
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
            offset: 0, count: start.count, isWeight: true, gradientOffset: 0, countPerNeuron: start.count)
        position = FloatBuffer(count: start.count)
        gradient = FloatBuffer(count: start.count)
        slots = recipe.optimizer.slotNames.map { _ in FloatBuffer(count: start.count) }
        _ = position.view.pointer.update(fromContentsOf: start.map { Float($0) })
    }

    var point: [Double] { position.array.map { Double($0) } }

    /// Makes one step along a gradient, which is rounded to Float first.
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

    /// Divides in Double, where the quotient of a single element is exact.
    private func makeUnitLength() {
        let length = norm(gradient.view)
        guard length > 0 else { return }
        for index in 0..<gradient.count { gradient.view[index] = Float(Double(gradient.view[index]) / length) }
    }

    private func norm(_ values: FloatView) -> Double { sumOfSquares(values).squareRoot() }
}
