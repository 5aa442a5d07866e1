import Kernels
import Networks
import Optimizers

/// The last work lists of a step: each part's gradient is computed and its parameters are updated. Norms over several
/// parts need a reduction between two barriers.
struct ParameterUpdate: Sendable {
    private let update: PartUpdate
    private let store: ParameterStore
    private let packed: PackedParameters

    init(parts: [ParameterPart], recipe: UpdateRecipe, store: ParameterStore, packed: PackedParameters) {
        update = PartUpdate(parts: parts, recipe: recipe, store: store)
        (self.store, self.packed) = (store, packed)
    }

    /// - Parameters:
    ///   - kept: where `gradient` writes, for stages after a barrier.
    ///   - gradient: computes a part's mean gradient.
    func lists(
        _ step: UpdateStep, profile: StepProfile?, kept: @escaping @Sendable (_ part: ParameterPart) -> FloatView,
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
            lists.append(WorkList(parts.count) { worker, item in try stage(worker, item, kept(parts[item])) })
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
