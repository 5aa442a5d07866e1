import Kernels
import Networks

/// What is done to a gradient before the optimizer sees it, in this order.
struct GradientShaping: Sendable {
    /// Gradients are scaled so that the norm over all parameters is this at the most (Pascanu et al. 2013).
    var normLimit: Double?
    /// Each element is held within ± this.
    var valueLimit: Float = .infinity
    /// λ₁ sign(w) is added to the gradient of weights, λ₁ Σ |w| to the objective.
    var l1: Float = 0

    var isNone: Bool { normLimit == nil && valueLimit == .infinity && l1 == 0 }

    func apply(to gradient: FloatView, of range: ParameterRange, parameters: FloatView, norm: Double?) {
        guard !isNone else { return }
        let factor = normLimit.flatMap { limit in norm.map { $0 > limit ? limit / $0 : 1 } } ?? 1
        shapeGradient(
            gradient, parameters: parameters.slice(range), factor: Float(factor), limit: valueLimit,
            l1: range.isWeight ? l1 : 0)
    }
}

/// Each neuron's incoming weights are scaled down to this norm, after every update (Srebro and Shraibman 2005; Hinton et al.
/// 2012).
struct MaxNorm: Sendable {
    let limit: Double

    func apply(to range: ParameterRange, of parameters: FloatView) {
        guard range.isWeight else { return }
        for start in stride(from: range.offset, to: range.offset + range.count, by: range.countPerOutput) {
            let weights = parameters.slice(start, range.countPerOutput)
            let norm = sumOfSquares(weights).squareRoot()
            if norm > limit { scale(weights, by: Float(limit / norm)) }
        }
    }
}

/// What becomes of the mean gradients: they are shaped, turned into a direction and applied, a part at a time. Where norms of
/// whole tensors are asked for, each of these waits for the one before to have done all parts.
struct ParameterUpdate: Sendable {
    let parts: [ParameterPart]
    let optimizer: any Optimizer
    let shaping: GradientShaping
    let maxNorm: MaxNorm?
    let movingAverage: Double?
    let store: ParameterStore
    let packed: PackedParameters
    private let norms: PartNorms

    init(
        parts: [ParameterPart], optimizer: any Optimizer, shaping: GradientShaping, maxNorm: MaxNorm?,
        movingAverage: Double?, store: ParameterStore, packed: PackedParameters
    ) {
        (self.parts, self.optimizer, self.shaping) = (parts, optimizer, shaping)
        (self.maxNorm, self.movingAverage) = (maxNorm, movingAverage)
        (self.store, self.packed) = (store, packed)
        norms = PartNorms(parts: parts)
    }

    /// Whether gradients are looked at again after all of them are there, so that they need memory of their own.
    var keepsGradients: Bool { shaping.normLimit != nil || optimizer.isLayerwise }

    /// - Parameters:
    ///   - kept: where `gradient` leaves what it computes, if that is looked at again.
    ///   - gradient: a part's mean gradient, computed by a worker.
    func lists(
        _ step: UpdateStep, profile: StepProfile?, kept: GradientSums?,
        gradient: @escaping @Sendable (_ worker: Int, _ part: ParameterPart) throws -> FloatView
    ) -> [WorkList] {
        typealias Stage = @Sendable (_ worker: Int, _ item: Int, _ gradient: FloatView) throws -> Void
        let finish: Stage = { worker, item, gradient in
            profile.measure(.update, worker) { apply(item, gradient, step) }
        }
        let turning: Stage = { worker, item, gradient in
            profile.measure(.update, worker) { turn(item, gradient, step) }
            if !optimizer.isLayerwise { try finish(worker, item, gradient) }
        }
        var lists = [
            WorkList(parts.count) { worker, item in
                let gradient = try profile.measure(.reduce, worker) { try gradient(worker, parts[item]) }
                try check(item, gradient, step)
                if shaping.normLimit == nil { try turning(worker, item, gradient) }
            }
        ]
        func then(_ stage: @escaping Stage) {
            guard let kept else { preconditionFailure("gradients are looked at again, but not kept") }
            lists.append(WorkList(parts.count) { worker, item in try stage(worker, item, kept[parts[item]]) })
        }
        if shaping.normLimit != nil {
            lists.append(WorkList(1) { _, _ in norms.sumWhole() })
            then(turning)
        }
        if optimizer.isLayerwise {
            lists.append(WorkList(1) { _, _ in norms.sumTensors() })
            then(finish)
        }
        return lists
    }

    /// - Throws: `TrainingError.diverged` for a gradient that is not finite.
    private func check(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) throws {
        for (index, range) in parts[item].ranges.enumerated() {
            let own = gradient.slice(range.place, range.count)
            guard firstNotFinite(in: own) == nil else {
                throw TrainingError.diverged(
                    step: step.number, layer: store.layout.layer(at: range.offset),
                    learningRate: step.learningRate)
            }
            if shaping.normLimit != nil { norms.set(.gradient, part: item, range: index, own) }
        }
    }

    private func turn(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) {
        let norm = shaping.normLimit.map { _ in norms.wholeGradient }
        let parameters = store.parameters.view
        for (index, range) in parts[item].ranges.enumerated() {
            let own = gradient.slice(range.place, range.count)
            shaping.apply(to: own, of: range, parameters: parameters, norm: norm)
            optimizer.turn(own, of: range, parameters: parameters, slots: store.slots, in: step)
            if optimizer.isLayerwise {
                norms.set(.parameters, part: item, range: index, parameters.slice(range))
                norms.set(.direction, part: item, range: index, own)
            }
        }
    }

    private func apply(_ item: Int, _ gradient: FloatView, _ step: UpdateStep) {
        for (index, range) in parts[item].ranges.enumerated() {
            var step = step
            if optimizer.isLayerwise {
                step.ratio = Float(
                    optimizer.ratio(
                        parameters: norms.tensor(.parameters, part: item, range: index),
                        direction: norms.tensor(.direction, part: item, range: index), isWeight: range.isWeight))
            }
            optimizer.update(
                range, parameters: store.parameters.view, gradient: gradient.slice(range.place, range.count),
                slots: store.slots, in: step)
            maxNorm?.apply(to: range, of: store.parameters.view)
            average(range, step)
        }
        packed.pack(parts[item], from: store.parameters.view)
    }

    /// a = (1 − β) Σ βᵗ⁻ⁱ wᵢ / (1 − βᵗ) over the steps i up to t (Polyak and Juditsky 1992, with weights that fade, divided by
    /// their sum as in Adam): with β near 1 it is the plain mean of all steps.
    private func average(_ range: ParameterRange, _ step: UpdateStep) {
        guard let movingAverage, let average = store.average else { return }
        let share =
            movingAverage * (1 - power(movingAverage, step.number - 1)) / (1 - power(movingAverage, step.number))
        Kernels.average(
            store.parameters.view.slice(range), into: average.view.slice(range), keeping: Float(share))
    }
}
