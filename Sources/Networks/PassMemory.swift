import Kernels

/// What is kept of some rows between a forward and a backward pass: each layer's outputs and, for training, the
/// gradients with respect to them. Workers use it together, each the rows of its shard.
public final class PassMemory: Sendable {
    private let widths: [Int]
    /// [capacity, width] of each layer
    private let outputs: [FloatBuffer]
    /// The same; of the last layer alone, where nothing is trained.
    private let gradients: [FloatBuffer]

    public init(network: Network, capacity: Int, training: Bool) {
        let widths = network.layers.map { $0.outputShape.reduce(1, *) }
        self.widths = widths
        outputs = widths.map { FloatBuffer(count: capacity * $0) }
        gradients = widths.indices.map { layer in
            FloatBuffer(count: training || layer == widths.count - 1 ? capacity * widths[layer] : 0)
        }
    }

    /// [rows, width]
    func output(of layer: Int, _ rows: Range<Int>) -> FloatView { slice(outputs, layer, rows) }
    func gradient(of layer: Int, _ rows: Range<Int>) -> FloatView { slice(gradients, layer, rows) }

    private func slice(_ buffers: [FloatBuffer], _ layer: Int, _ rows: Range<Int>) -> FloatView {
        buffers[layer].view.slice(rows.lowerBound * widths[layer], rows.count * widths[layer])
    }
}
