import Kernels
import Networks

/// The update of one part of the parameters, in stages: its gradient is checked, becomes a direction, and is applied. A
/// barrier over all parts separates two stages if the second needs norms over several parts.
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

    /// Reduces the global norm after `check` of all parts, if the recipe needs it.
    package func reduceGlobalNorm() { norms.reduceGlobal() }

    /// Reduces the norms of whole tensors after `makeDirection` of all parts, if the optimizer is layerwise.
    package func reduceTensorNorms() { norms.reduceTensors() }

    /// The sums of squares that the norms are reduced from, and those of some parts.
    package var normSquares: BufferView<Double> { norms.squares }
    package func normRange(of parts: Range<Int>) -> Range<Int> { norms.squares(of: parts) }

    /// The norm of each layer's gradient in the last step that has measured it, after `check` of all parts.
    package var gradientNorms: [LayerNorm] {
        LayerNorm.norms(
            parts.indices.compactMap { part in
                store.layout.layer(at: parts[part].ranges[0].offset).map { ($0, norms.gradientSquare(ofPart: part)) }
            })
    }

    /// Checks that the gradient is finite, and sets its square if the global norm needs it, or if it is measured.
    /// - Throws: `DivergenceError.diverged` for a gradient that is not finite.
    package func check(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) throws {
        for (index, range) in parts[item].ranges.enumerated() {
            let own = gradient.slice(range.gradientOffset, range.count)
            guard firstNotFinite(in: own) == nil else {
                throw DivergenceError.diverged(
                    step: step.number, layer: store.layout.layer(at: range.offset),
                    learningRate: step.learningRate)
            }
            if recipe.needsGlobalNorm || step.measuresGradient {
                norms.set(.gradient, part: item, range: index, own)
            }
        }
    }

    /// Shapes the gradient and replaces it by the optimizer's direction.
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

    /// Updates the part's parameters along its direction.
    package func apply(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) {
        for (index, range) in parts[item].ranges.enumerated() {
            var step = step
            step.rateFactor = range.rate
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
            updateAverage(range.offset, range.count, step)
        }
    }

    /// Moves the averages of running statistics along with those of the parameters.
    package func averageStatistics(_ step: UpdateStep) {
        for statistic in store.layout.statistics where statistic.isTrainable {
            updateAverage(statistic.offset, statistic.count, step)
        }
    }

    /// Exponential moving average with bias correction as in Adam: a = (1 − β) Σ βᵗ⁻ⁱ wᵢ / (1 − βᵗ) over the steps i up
    /// to t. For β near 1 it is the plain mean of all steps (Polyak and Juditsky 1992).
    private func updateAverage(_ offset: Int, _ count: Int, _ step: UpdateStep) {
        guard let movingAverage = recipe.movingAverage, let average = store.average else { return }
        let decay =
            movingAverage * (1 - power(movingAverage, step.number - 1)) / (1 - power(movingAverage, step.number))
        updateMovingAverage(
            average.view.slice(offset, count), with: store.parameters.view.slice(offset, count), decay: Float(decay))
    }
}
