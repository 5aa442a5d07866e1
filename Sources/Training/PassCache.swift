import Networks

/// One worker's compiled passes, made for each number of rows when it first meets it.
///
/// Invariant: `WorkerPool` never runs two items of one worker at a time, so nothing here is used by two threads.
final class PassCache: @unchecked Sendable {
    private let network: Network
    /// A handful: a batch has two shard sizes at the most, and so has the last batch of an epoch.
    private var passes: [(rows: Int, minibatch: Int?, pass: ShardPass)] = []
    /// Two at the most: the last batch of an epoch may be smaller.
    private var gradients: [(rows: Int, gradient: MinibatchGradient)] = []

    init(network: Network) {
        self.network = network
    }

    /// - Parameter minibatch: the rows of the minibatch that the shard is of; nil where nothing is trained.
    func pass(rows: Int, minibatch: Int?) throws -> ShardPass {
        if let found = passes.first(where: { $0.rows == rows && $0.minibatch == minibatch }) { return found.pass }
        let pass = try ShardPass(network: network, rows: rows, minibatch: minibatch)
        passes.append((rows, minibatch, pass))
        return pass
    }

    func gradient(rows: Int) -> MinibatchGradient {
        if let found = gradients.first(where: { $0.rows == rows }) { return found.gradient }
        let gradient = MinibatchGradient(network: network, rows: rows)
        gradients.append((rows, gradient))
        return gradient
    }
}
