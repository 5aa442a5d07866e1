import Kernels
import Networks

/// The update of one part of the parameters at a time, in stages: a gradient is checked, turned into a direction, and applied.
/// Where norms over several parts are needed, a stage waits until all parts have done the one before.
package struct PartUpdate: Sendable {
    package let parts: [ParameterPart]
    package let recipe: UpdateRecipe
    private let store: ParameterStore
    private let norms: PartNorms
    private var optimizer: any Optimizer { recipe.optimizer }

    package init(parts: [ParameterPart], recipe: UpdateRecipe, store: ParameterStore) {
        (self.parts, self.recipe, self.store) = (parts, recipe, store)
        norms = PartNorms(parts: parts)
    }

    /// To be called once all parts are checked, if the recipe needs the norm over all gradients.
    package func reduceGlobalNorm() { norms.reduceGlobal() }

    /// To be called once all parts are turned, if the optimizer goes by the norms of whole tensors.
    package func reduceTensorNorms() { norms.reduceTensors() }

    /// Takes the norm of the gradient, where it is needed.
    /// - Throws: `DivergenceError.diverged` for a gradient that is not finite.
    package func check(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) throws {
        for (index, range) in parts[item].ranges.enumerated() {
            let own = gradient.slice(range.gradientOffset, range.count)
            guard firstNotFinite(in: own) == nil else {
                throw DivergenceError.diverged(
                    step: step.number, layer: store.layout.layer(at: range.offset),
                    learningRate: step.learningRate)
            }
            if recipe.needsGlobalNorm { norms.set(.gradient, part: item, range: index, own) }
        }
    }

    /// The direction takes the gradient's place.
    package func makeDirection(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) {
        let norm = recipe.needsGlobalNorm ? norms.globalGradient : nil
        let parameters = store.parameters.view
        for (index, range) in parts[item].ranges.enumerated() {
            let own = gradient.slice(range.gradientOffset, range.count)
            recipe.shaping.apply(to: own, of: range, parameters: parameters, norm: norm)
            optimizer.makeDirection(own, of: range, parameters: parameters, slots: store.slots, in: step)
            if optimizer.isLayerwise {
                norms.set(.parameters, part: item, range: index, parameters.slice(range))
                norms.set(.direction, part: item, range: index, own)
            }
        }
    }

    /// Moves the part's parameters along what `makeDirection` made of its gradient.
    package func apply(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) {
        for (index, range) in parts[item].ranges.enumerated() {
            var step = step
            if optimizer.isLayerwise {
                step.trustRatio = Float(
                    optimizer.trustRatio(
                        parameters: norms.tensor(.parameters, part: item, range: index),
                        direction: norms.tensor(.direction, part: item, range: index), isWeight: range.isWeight))
            }
            optimizer.update(
                range, parameters: store.parameters.view, gradient: gradient.slice(range.gradientOffset, range.count),
                slots: store.slots, in: step)
            recipe.maxNorm?.apply(to: range, of: store.parameters.view)
            updateAverage(range, step)
        }
    }

    /// a = (1 − β) Σ βᵗ⁻ⁱ wᵢ / (1 − βᵗ) over the steps i up to t (Polyak and Juditsky 1992, with weights that fade, divided by
    /// their sum as in Adam): with β near 1 it is the plain mean of all steps.
    private func updateAverage(_ range: ParameterRange, _ step: UpdateStep) {
        guard let movingAverage = recipe.movingAverage, let average = store.average else { return }
        let decay =
            movingAverage * (1 - power(movingAverage, step.number - 1)) / (1 - power(movingAverage, step.number))
        updateMovingAverage(
            average.view.slice(range), with: store.parameters.view.slice(range), decay: Float(decay))
    }
}
