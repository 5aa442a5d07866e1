import Networks

/// One worker's passes and gradients, compiled when it first meets a number of rows, and its memory.
///
/// Invariant: only one thread at a time uses it, since a `WorkExecutor` never runs two items of one worker at once.
final class PassCache: @unchecked Sendable {
    private let networks: SteppedNetworks
    private let scratch: PassScratch
    /// A handful: microbatches and shards have at most two sizes each, and others in the last minibatch of an epoch; and as many for
    /// each number of steps that minibatches of sequences have.
    private var passes: [Size: ShardPass] = [:]
    private var paddedSteps: [Int: Int] = [:]
    /// For shards that are computed in one piece.
    let values = ShardValues()
    let gradients: PartGradients

    init(network: Network) {
        networks = SteppedNetworks(network)
        scratch = PassScratch(network: network)
        gradients = PartGradients(network: network)
    }

    /// The steps that sequences are padded to, of which the longest has so many; nil for samples that do not differ in length.
    func steps(longest: Int?) -> Int? {
        longest.map { longest in
            if let known = paddedSteps[longest] { return known }
            let steps = networks.whole.paddedSteps(longest: longest)
            paddedSteps[longest] = steps
            return steps
        }
    }

    private struct Size: Hashable {
        let rows: Int
        let microbatchRows: Int?
        let steps: Int?
    }

    /// - Parameters:
    ///   - microbatchRows: the rows of the shard's microbatch; nil at inference.
    ///   - steps: of the minibatch's sequences; nil for the network's own.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func pass(rows: Int, microbatchRows: Int?, steps: Int? = nil) throws -> ShardPass {
        let size = Size(rows: rows, microbatchRows: microbatchRows, steps: steps)
        if let found = passes[size] { return found }
        let pass = try ShardPass(
            network: networks[steps], rows: rows, microbatchRows: microbatchRows, scratch: scratch)
        passes[size] = pass
        return pass
    }
}
