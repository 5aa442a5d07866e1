import Networks
import Optimizers

/// How a rank's step stands. Ranks tell each other before they exchange anything, so that all end a step alike.
///
/// The word of an error is the larger the more it matters: a loss that is not finite ends a run for all, whoever was asked to
/// stop in the same step.
struct Agreement: Sendable {
    let communicator: any Communicator
    let layout: ParameterLayout

    /// - Parameters:
    ///   - failure: of this rank.
    ///   - divergence: the error for a loss that is not finite, or the gradient of a layer.
    /// - Throws: the same error on all ranks, or this rank's own if no other can throw it.
    func requireAllWell(
        _ failure: (any Error)?, divergence: (_ layer: String?) -> DivergenceError
    ) throws {
        let words = try communicator.gather(word(failure))
        guard let worst = words.max(), worst > 0 else { return }
        if worst == Self.other {
            if word(failure) == Self.other, let failure { throw failure }
            throw RankError.failed(rank: words.firstIndex(of: worst) ?? 0)
        }
        if worst == Self.stop { throw Interrupted() }
        let tensor = layout.tensors.count - Int(worst - Self.diverged)
        throw divergence(tensor < 0 ? nil : layout.tensors[tensor].layer)
    }

    private static let (stop, diverged, other): (UInt64, UInt64, UInt64) = (1, 2, .max)

    private func word(_ failure: (any Error)?) -> UInt64 {
        switch failure {
        case nil: 0
        case is Interrupted: Self.stop
        case DivergenceError.diverged(_, let layer, _)?:
            // The first layer matters most, as to a process that trains alone; most of all the loss.
            Self.diverged + UInt64(layout.tensors.count - (layout.tensors.firstIndex { $0.layer == layer } ?? -1))
        default: Self.other
        }
    }
}
