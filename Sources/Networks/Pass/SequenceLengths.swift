import Kernels
import Layers

/// The lengths of a shard's sequences, of every value of the network that has time. Steps beyond a sample's length are padding, which is 0
/// in all values and gradients.
///
/// An instance belongs to one worker's pass, and is not thread-safe.
final class SequenceLengths {
    private let rows: Int
    /// Of each value; nil without time. Values whose steps are the same share a level.
    private let levels: [Int?]
    /// What the lengths of each level after the first, the input's, follow from.
    private let sources: [(level: Int, layer: any Layer)]
    private let lengths: [AlignedBuffer<Int32>]
    /// Steps and channels of each value.
    private let shapes: [(steps: Int, channels: Int)]
    private var isSet = false

    init(_ network: Network, rows: Int) {
        var levels: [Int?] = [network.hasTime ? 0 : nil]
        var sources: [(level: Int, layer: any Layer)] = []
        for node in network.nodes {
            let layer = node.layer
            guard node.hasTime, let level = levels[node.inputs[0]] else {
                levels.append(nil)
                continue
            }
            if layer.outputShape[0] == layer.inputShape[0] {
                levels.append(level)
            } else {
                sources.append((level, layer))
                levels.append(sources.count)
            }
        }
        (self.rows, self.levels, self.sources) = (rows, levels, sources)
        lengths = network.hasTime ? (0...sources.count).map { _ in AlignedBuffer(count: rows) } : []
        shapes = ([network.inputShape] + network.nodes.map(\.layer.outputShape)).map { shape in
            (shape[0], shape.dropFirst().reduce(1, *))
        }
    }

    /// - Parameter new: the input's, [rows]; nil if all have all steps.
    func set(_ new: BufferView<Int32>?) {
        isSet = new != nil
        guard let new else { return }
        lengths[0].view.copy(from: new)
        for (index, source) in sources.enumerated() {
            let (from, to) = (lengths[source.level].view, lengths[index + 1].view)
            for row in 0..<rows { to[row] = Int32(source.layer.outputSteps(of: Int(from[row]))) }
        }
    }

    /// The lengths of a value; nil if it has no time, or all samples have all steps.
    subscript(value: Int) -> BufferView<Int32>? { isSet ? levels[value].map { lengths[$0].view } : nil }

    /// Sets what lies beyond each sample's length to 0.
    /// - Parameter values: of the value, or its gradient.
    func clearPadding(of value: Int, in values: FloatView) {
        guard let lengths = self[value] else { return }
        let (steps, channels) = shapes[value]
        for row in 0..<rows where Int(lengths[row]) < steps {
            let length = Int(lengths[row])
            values.slice((row * steps + length) * channels, (steps - length) * channels).pointer.update(repeating: 0)
        }
    }
}
