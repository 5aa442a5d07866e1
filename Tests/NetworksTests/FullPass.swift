import Kernels
import Layers
import Networks

/// Forward pass, backward pass and gradients of minibatches of one shard, as a trainer runs them, in one thread.
final class FullPass {
    private let network: Network
    private let rows: Int
    private let operands: GradientOperands
    private let packed: PackedParameters
    private let meetings: MeetingSums
    private let pass: ShardPass
    private let values = ShardValues()
    private let gradients: PartGradients
    /// Of the samples' sequences.
    private let lengths: AlignedBuffer<Int32>?

    init(_ network: Network, rows: Int, lengths: [Int]? = nil) throws {
        self.lengths = lengths.map { lengths in
            let buffer = AlignedBuffer<Int32>(count: lengths.count)
            for (row, length) in lengths.enumerated() { buffer.view[row] = Int32(length) }
            return buffer
        }
        self.network = network
        self.rows = rows
        operands = GradientOperands(network: network, capacity: rows, shardCount: 1)
        packed = try PackedParameters(network: network, training: true)
        meetings = MeetingSums(network: network, shardCount: 1, leafCount: 1)
        pass = try ShardPass(
            network: network, rows: rows, microbatchRows: rows, scratch: PassScratch(network: network))
        gradients = PartGradients(network: network)
    }

    func outputs(_ features: FloatView, parameters: FloatView) throws -> [Float] {
        let context = context(parameters, randomness: nil)
        try forward(features, context)
        return pass.results(context).array
    }

    /// Writes the gradients, summed over the rows and divided by `totalWeight`, to `gradients`, and returns the summed
    /// loss.
    func train(
        _ features: FloatView, _ targets: TargetView, weights: FloatView? = nil, totalWeight: Double = 1,
        parameters: FloatView, gradients: FloatView, randomness: PassRandomness? = nil
    ) throws -> LossSum {
        let context = context(parameters, randomness: randomness)
        try forward(features, context)
        let sum = pass.loss(context, targets, weights: weights, totalWeight: totalWeight)
        let forwardMeetings = network.forwardMeetingCount
        for segment in 0...network.meetingCount - forwardMeetings {
            if segment > 0 { meet(forwardMeetings + segment - 1) }
            try pass.backward(context, segment: segment)
        }
        for part in network.parts where part.isTrainable {
            let own = self.gradients.memory(0, of: part)
            try self.gradients.run(part, rows: rows, shards: 1, operands: operands, into: own)
            part.copy(own, into: gradients)
        }
        return sum
    }

    private func meet(_ meeting: Int) {
        meetings.addShards(meeting, 0..<1, leaf: 0)
        meetings.addLeaves(meeting, leafCount: 1, isFirstGroup: true)
    }

    private func context(_ parameters: FloatView, randomness: PassRandomness?) -> ShardContext {
        ShardContext(
            values: values, parameters: parameters, packed: packed, operands: operands, meetings: meetings,
            rowsInMicrobatch: 0..<rows, lengths: lengths?.view, randomness: randomness)
    }

    private func forward(_ features: FloatView, _ context: ShardContext) throws {
        for part in network.parts { packed.pack(part, from: context.parameters) }
        pass.input(context).copy(from: features)
        for segment in 0...network.forwardMeetingCount {
            if segment > 0 { meet(segment - 1) }
            try pass.forward(context, segment: segment)
        }
    }
}

extension ParameterPart {
    /// Copies the gradients of a part to their places in the network's layout.
    func copy(_ gradients: FloatView, into all: FloatView) {
        for range in ranges {
            all.slice(range.offset, range.count).copy(from: gradients.slice(range.gradientOffset, range.count))
        }
    }
}
