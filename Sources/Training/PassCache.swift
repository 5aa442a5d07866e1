import Kernels
import Networks

/// One worker's compiled passes, made for each shard size when it first meets it.
///
/// Invariant: `WorkerPool` never runs two items of one worker at a time, so nothing here is used by two threads.
final class PassCache: @unchecked Sendable {
    private let network: Network
    private let training: Bool
    /// A handful: a batch has two shard sizes at the most, and so has the last batch of an epoch.
    private var passes: [ShardPass] = []

    init(network: Network, training: Bool) {
        self.network = network
        self.training = training
    }

    func pass(rows: Int) throws -> ShardPass {
        if let pass = passes.first(where: { $0.rows == rows }) { return pass }
        let pass = try ShardPass(network: network, rows: rows, training: training)
        passes.append(pass)
        return pass
    }
}
