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
    ///   - buffer: where `gradient` leaves what it computes, if that is looked at again.
    ///   - gradient: a part's mean gradient, computed by a worker.
    func lists(
        _ step: UpdateStep, profile: StepProfile?, buffer: GradientBuffer?,
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
        let makeDirection: Stage = { worker, item, gradient in
            profile.measure(.update, worker) { update.makeDirection(item, gradient, step) }
            if !recipe.optimizer.isLayerwise { try finish(worker, item, gradient) }
        }
        var lists = [
            WorkList(parts.count) { worker, item in
                let gradient = try profile.measure(.reduce, worker) { try gradient(worker, parts[item]) }
                try update.check(item, gradient, step)
                if !recipe.needsGlobalNorm { try makeDirection(worker, item, gradient) }
            }
        ]
        func then(_ stage: @escaping Stage) {
            guard let buffer else { preconditionFailure("a second look at gradients needs a buffer of all of them") }
            lists.append(WorkList(parts.count) { worker, item in try stage(worker, item, buffer[parts[item]]) })
        }
        if recipe.needsGlobalNorm {
            lists.append(WorkList(1) { _, _ in update.reduceGlobalNorm() })
            then(makeDirection)
        }
        if recipe.optimizer.isLayerwise {
            lists.append(WorkList(1) { _, _ in update.reduceTensorNorms() })
            then(finish)
        }
        return lists
    }
}
