import Kernels
import Layers

/// A layer in its place in a network.
package struct Node: Sendable {
    /// Its name in checkpoints: `dense1`, `output`.
    package let name: String
    package let layer: any Layer
    /// The values that it reads: 0 is the network's input, 1 the output of the first node, and so on. All are made before
    /// it.
    package let inputs: [Int]
    /// Whether training changes its tensors.
    package let isTrainable: Bool
    /// The factor of its learning rate.
    package let rate: Double
    /// Whether its output is a sequence, [time, channels].
    package let hasTime: Bool

    package init(
        name: String, layer: any Layer, inputs: [Int], isTrainable: Bool, rate: Double, hasTime: Bool = false
    ) {
        (self.name, self.layer, self.inputs) = (name, layer, inputs)
        (self.isTrainable, self.rate, self.hasTime) = (isTrainable, rate, hasTime)
    }

    /// Whether training computes the gradients of its tensors.
    var givesTensorGradients: Bool { isTrainable && !layer.tensors.isEmpty }
}

/// The order of a pass over a network's nodes: forward from the first, backward from the last. A meeting ends a segment:
/// every shard goes through a segment before any begins the next.
struct PassOrder: Sendable {
    /// A node's turn in a segment, of plain numbers, since a pass runs some thousand times a second on every worker.
    struct Turn: Sendable {
        let node: Int
        /// Indices of values.
        let input: Int
        let secondInput: Int?
        var output: Int { node + 1 }
        /// Whether a later reader has written ∂L/∂input, to which this one adds its own.
        let addsToGradient: Bool
        let addsToSecondGradient: Bool
        /// Whether it only writes its partial sums for the meeting that ends the segment.
        let isPreparation: Bool
        /// The index of the node's meeting among those of forward and backward pass; nil if it has none.
        let meeting: Int?
    }

    let forward: [[Turn]]
    let backward: [[Turn]]
    /// The meetings of the forward pass, then those of the backward pass, each at the end of its segment.
    let meetings: [Meeting]
    /// The nodes with running statistics that training updates, and the meetings that these come from.
    let statistics: [(node: Int, meeting: Int)]
    /// The nodes that read each value.
    let readers: [[Int]]
    /// For each value, whether ∂L/∂value is computed: whether a node that trains lies before it.
    let needsGradient: [Bool]
    /// The values with several readers that need ∂L/∂value, whose gradients are added.
    let sharedValues: [Int]

    init(_ nodes: [Node]) {
        var needsGradient = [false]
        for node in nodes {
            needsGradient.append(node.givesTensorGradients || node.inputs.contains { needsGradient[$0] })
        }
        readers = needsGradient.indices.map { value in nodes.indices.filter { nodes[$0].inputs.contains(value) } }
        var isWritten = needsGradient.map { _ in false }
        var adds = nodes.map { $0.inputs.map { _ in false } }
        var sharedValues: [Int] = []
        let backwardNodes = nodes.indices.reversed().filter { needsGradient[$0 + 1] }
        for node in backwardNodes {
            for (slot, value) in nodes[node].inputs.enumerated() {
                guard needsGradient[value] else { continue }
                adds[node][slot] = isWritten[value]
                if isWritten[value] { sharedValues.append(value) }
                isWritten[value] = true
            }
        }
        (self.needsGradient, self.sharedValues) = (needsGradient, sharedValues)

        func turn(_ node: Int, isPreparation: Bool, meeting: Int?) -> Turn {
            let (inputs, adds) = (nodes[node].inputs, adds[node])
            precondition(adds.count { $0 } < 2, "one place for what further readers add")
            return Turn(
                node: node, input: inputs[0], secondInput: inputs.count > 1 ? inputs[1] : nil,
                addsToGradient: adds[0], addsToSecondGradient: adds.count > 1 && adds[1],
                isPreparation: isPreparation, meeting: meeting)
        }
        var meetings: [Meeting] = []
        func segments(_ order: [Int], _ meeting: KeyPath<any Layer, Meeting?>) -> [[Turn]] {
            var segments: [[Turn]] = [[]]
            for node in order {
                var index: Int?
                if nodes[node].isTrainable, let own = nodes[node].layer[keyPath: meeting] {
                    index = meetings.count
                    meetings.append(own)
                    segments[segments.count - 1].append(turn(node, isPreparation: true, meeting: index))
                    segments.append([])
                }
                segments[segments.count - 1].append(turn(node, isPreparation: false, meeting: index))
            }
            return segments
        }
        forward = segments(Array(nodes.indices), \.forwardMeeting)
        statistics = forward.joined().compactMap { turn in
            guard turn.isPreparation, let meeting = turn.meeting, !nodes[turn.node].layer.statistics.isEmpty else {
                return nil
            }
            return (turn.node, meeting)
        }
        backward = segments(backwardNodes, \.backwardMeeting)
        self.meetings = meetings
    }
}
