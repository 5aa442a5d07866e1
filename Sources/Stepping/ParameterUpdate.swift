import Kernels
import Networks
import Optimizers

/// The end of a step: each part's gradient is computed and its parameters are updated. Norms over several parts need a
/// reduction between two barriers.
struct ParameterUpdate: Sendable {
    private let update: PartUpdate
    private let store: ParameterStore
    private let packed: PackedParameters
    private let shares: RankShares
    private let communicator: any Communicator

    init(
        parts: [ParameterPart], recipe: UpdateRecipe, store: ParameterStore, packed: PackedParameters,
        shares: RankShares, communicator: any Communicator
    ) {
        update = PartUpdate(parts: parts, recipe: recipe, store: store)
        (self.store, self.packed, self.shares, self.communicator) = (store, packed, shares, communicator)
    }

    /// The update of the parts that this rank owns.
    /// - Parameters:
    ///   - kept: where `gradient` writes, for stages after a barrier.
    ///   - gradient: computes a part's mean gradient.
    func actions(
        _ step: UpdateStep, profile: StepProfile?, kept: @escaping @Sendable (_ part: ParameterPart) -> FloatView,
        gradient: @escaping @Sendable (_ worker: Int, _ part: ParameterPart) throws -> FloatView
    ) -> [StepAction] {
        let (parts, recipe, own) = (update.parts, update.recipe, shares.parts[communicator.rank])
        typealias Stage = @Sendable (_ worker: Int, _ item: Int, _ gradient: FloatView) throws -> Void
        let finish: @Sendable (_ worker: Int, _ item: Int, _ gradient: FloatView) -> Void = { worker, item, gradient in
            profile.measure(.update, worker) {
                update.apply(item, gradient, step)
                packed.pack(parts[item], from: store.parameters.view)
            }
        }
        let makeDirection: Stage = { worker, item, gradient in
            profile.measure(.update, worker) { update.makeDirection(item, gradient, step) }
            if !recipe.optimizer.isLayerwise { finish(worker, item, gradient) }
        }
        func list(_ stage: @escaping @Sendable (_ worker: Int, _ item: Int) throws -> Void) -> StepAction {
            .work(WorkList(own.count) { worker, index in try stage(worker, own.lowerBound + index) })
        }
        func then(_ stage: @escaping Stage) -> StepAction {
            list { worker, item in try stage(worker, item, kept(parts[item])) }
        }
        var actions = [
            list { worker, item in
                let gradient = try profile.measure(.reduce, worker) { try gradient(worker, parts[item]) }
                try update.check(item, gradient, step)
                if !recipe.needsGlobalNorm { try makeDirection(worker, item, gradient) }
            }
        ]
        if recipe.needsGlobalNorm || step.measuresGradient { actions.append(.exchange { try gatherNorms() }) }
        if recipe.needsGlobalNorm {
            actions += [.work(WorkList(1) { _, _ in update.reduceGlobalNorm() }), then(makeDirection)]
        }
        if recipe.optimizer.isLayerwise {
            actions += [
                .exchange { try gatherNorms() }, .work(WorkList(1) { _, _ in update.reduceTensorNorms() }),
                then(finish),
            ]
        }
        return actions
    }

    /// The norm of each layer's gradient over all ranks, in the last step that has measured it.
    var gradientNorms: [LayerNorm] { update.gradientNorms }

    /// Moves the averages of running statistics.
    func averageStatistics(_ step: UpdateStep) { update.averageStatistics(step) }

    /// Gets the sums of squares of other ranks' parts.
    private func gatherNorms() throws {
        try communicator.gather(update.normSquares, ranges: shares.parts.map(update.normRange))
    }
}
