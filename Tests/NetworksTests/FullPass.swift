import Kernels
import Networks

/// Every kernel of a network, for minibatches of one shard: what a trainer does with it, in one thread.
final class FullPass {
    private let network: Network
    private let rows: Int
    private let memory: PassMemory
    private let shard: ShardPass
    private let gradient: MinibatchGradient

    init(_ network: Network, rows: Int) throws {
        self.network = network
        self.rows = rows
        memory = PassMemory(network: network, capacity: rows, training: true)
        shard = try ShardPass(network: network, rows: rows, training: true)
        gradient = MinibatchGradient(network: network, rows: rows)
    }

    func outputs(_ features: FloatView, parameters: FloatView) throws -> [Float] {
        try shard.forward(features, parameters: parameters, memory: memory, rows: 0..<rows)
        return shard.outputs(memory: memory, rows: 0..<rows).array
    }

    /// The loss, and its gradients in `gradients`: both summed over the rows.
    func train(
        _ features: FloatView, _ targets: TargetView, parameters: FloatView, gradients: FloatView
    ) throws -> LossSum {
        try shard.forward(features, parameters: parameters, memory: memory, rows: 0..<rows)
        let sum = shard.loss(targets, memory: memory, rows: 0..<rows, samples: 1)
        try shard.backward(features, parameters: parameters, memory: memory, rows: 0..<rows)
        for part in network.parts {
            try gradient.run(part, features: features, memory: memory, into: gradients)
        }
        return sum
    }
}
