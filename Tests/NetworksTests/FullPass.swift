import Kernels
import Networks

/// Forward pass, backward pass and gradients of minibatches of one shard, as a trainer runs them, in one thread.
final class FullPass {
    private let network: Network
    private let rows: Int
    private let operands: GradientOperands
    private let packed: PackedParameters
    private let shard: ShardPass
    private let gradient: MicrobatchGradient

    init(_ network: Network, rows: Int) throws {
        self.network = network
        self.rows = rows
        operands = GradientOperands(network: network, capacity: rows)
        packed = PackedParameters(network: network, training: true)
        shard = try ShardPass(
            network: network, rows: rows, microbatchRows: rows, workspace: PassWorkspace(network: network))
        gradient = MicrobatchGradient(network: network, rows: rows)
    }

    func outputs(_ features: FloatView, parameters: FloatView) throws -> [Float] {
        try forward(features, parameters)
        return shard.results().array
    }

    /// Writes the gradients, summed over the rows and divided by `totalWeight`, to `gradients`, and returns the summed
    /// loss.
    func train(
        _ features: FloatView, _ targets: TargetView, weights: FloatView? = nil, totalWeight: Double = 1,
        parameters: FloatView, gradients: FloatView
    ) throws -> LossSum {
        try forward(features, parameters)
        let sum = shard.loss(targets, weights: weights, totalWeight: totalWeight)
        try shard.backward(packed: packed, operands: operands, rowsInMicrobatch: 0..<rows)
        try gradient.run(network.parts, operands, into: gradients)
        return sum
    }

    private func forward(_ features: FloatView, _ parameters: FloatView) throws {
        for part in network.parts { packed.pack(part, from: parameters) }
        try shard.forward(
            features, parameters: parameters, packed: packed, operands: operands, rowsInMicrobatch: 0..<rows)
    }
}

extension MicrobatchGradient {
    /// The gradients of all parts, in the network's layout.
    func run(
        _ parts: [ParameterPart], _ operands: GradientOperands, buffer: GradientBuffer? = nil,
        accumulates: Bool = false,
        into gradients: FloatView
    ) throws {
        for part in parts {
            let found = try run(part, operands: operands, into: buffer, accumulates: accumulates)
            for range in part.ranges {
                gradients.slice(range.offset, range.count).copy(from: found.slice(range.gradientOffset, range.count))
            }
        }
    }
}
