import Networks

/// One worker's passes and gradients, compiled when it first meets a number of rows, and its memory.
///
/// Invariant: only one thread at a time uses it, since a `WorkExecutor` never runs two items of one worker at once.
final class PassCache: @unchecked Sendable {
    private let network: Network
    private let scratch: PassScratch
    /// A handful: microbatches and shards have at most two sizes each, and others in the last minibatch of an epoch.
    private var passes: [(rows: Int, microbatchRows: Int?, pass: ShardPass)] = []
    /// For shards that are computed in one piece.
    let values = ShardValues()
    let gradients: PartGradients

    init(network: Network) {
        self.network = network
        scratch = PassScratch(network: network)
        gradients = PartGradients(network: network)
    }

    /// - Parameter microbatchRows: the rows of the shard's microbatch; nil at inference.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func pass(rows: Int, microbatchRows: Int?) throws -> ShardPass {
        if let found = passes.first(where: { $0.rows == rows && $0.microbatchRows == microbatchRows }) {
            return found.pass
        }
        let pass = try ShardPass(network: network, rows: rows, microbatchRows: microbatchRows, scratch: scratch)
        passes.append((rows, microbatchRows, pass))
        return pass
    }
}
