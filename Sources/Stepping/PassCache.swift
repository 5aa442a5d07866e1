import Networks

/// One worker's passes and gradients, compiled when it first meets a number of rows.
///
/// Invariant: only one thread at a time uses it, since a `WorkExecutor` never runs two items of one worker at once.
final class PassCache: @unchecked Sendable {
    private let network: Network
    private let workspace: PassWorkspace
    /// A handful: microbatches and shards have at most two sizes each, and others in the last minibatch of an epoch.
    private var passes: [(rows: Int, microbatchRows: Int?, pass: ShardPass)] = []
    /// A handful, too.
    private var gradients: [(rows: Int, gradient: MicrobatchGradient)] = []

    init(network: Network) {
        self.network = network
        workspace = PassWorkspace(network: network)
    }

    /// - Parameter microbatchRows: the rows of the shard's microbatch; nil at inference.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func pass(rows: Int, microbatchRows: Int?) throws -> ShardPass {
        if let found = passes.first(where: { $0.rows == rows && $0.microbatchRows == microbatchRows }) {
            return found.pass
        }
        let pass = try ShardPass(network: network, rows: rows, microbatchRows: microbatchRows, workspace: workspace)
        passes.append((rows, microbatchRows, pass))
        return pass
    }

    func gradient(rows: Int) -> MicrobatchGradient {
        if let found = gradients.first(where: { $0.rows == rows }) { return found.gradient }
        let gradient = MicrobatchGradient(network: network, rows: rows)
        gradients.append((rows, gradient))
        return gradient
    }
}
