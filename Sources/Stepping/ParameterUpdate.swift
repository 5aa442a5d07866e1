import Kernels
import Networks
import Optimizers

/// The last lists of a step, in which gradients become parameters: their parts' items, with a barrier where norms over several
/// parts are needed.
struct ParameterUpdate: Sendable {
    private let update: PartUpdate
    private let store: ParameterStore
    private let packed: PackedParameters

    init(parts: [ParameterPart], recipe: UpdateRecipe, store: ParameterStore, packed: PackedParameters) {
        update = PartUpdate(parts: parts, recipe: recipe, store: store)
        (self.store, self.packed) = (store, packed)
    }

    /// - Parameters:
    ///   - kept: where `gradient` leaves what it computes, if that is looked at again.
    ///   - gradient: a part's mean gradient, computed by a worker.
    func lists(
        _ step: UpdateStep, profile: StepProfile?, kept: GradientSums?,
        gradient: @escaping @Sendable (_ worker: Int, _ part: ParameterPart) throws -> FloatView
    ) -> [WorkList] {
        let (parts, recipe) = (update.parts, update.recipe)
        typealias Stage = @Sendable (_ worker: Int, _ item: Int, _ gradient: FloatView) throws -> Void
        let finish: Stage = { worker, item, gradient in
            profile.measure(.update, worker) {
                update.apply(item, gradient, step)
                packed.pack(parts[item], from: store.parameters.view)
            }
        }
        let turning: Stage = { worker, item, gradient in
            profile.measure(.update, worker) { update.turn(item, gradient, step) }
            if !recipe.optimizer.isLayerwise { try finish(worker, item, gradient) }
        }
        var lists = [
            WorkList(parts.count) { worker, item in
                let gradient = try profile.measure(.reduce, worker) { try gradient(worker, parts[item]) }
                try update.check(item, gradient, step)
                if !recipe.needsWholeNorm { try turning(worker, item, gradient) }
            }
        ]
        func then(_ stage: @escaping Stage) {
            guard let kept else { preconditionFailure("gradients are looked at again, but not kept") }
            lists.append(WorkList(parts.count) { worker, item in try stage(worker, item, kept[parts[item]]) })
        }
        if recipe.needsWholeNorm {
            lists.append(WorkList(1) { _, _ in update.sumWholeNorm() })
            then(turning)
        }
        if recipe.optimizer.isLayerwise {
            lists.append(WorkList(1) { _, _ in update.sumTensorNorms() })
            then(finish)
        }
        return lists
    }
}
