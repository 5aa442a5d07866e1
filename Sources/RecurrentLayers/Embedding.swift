import Kernels
import Layers
import Reference

/// The row of a table [entries, size] for each id of a sequence [time, 1]. Ids are whole numbers from 0, in floats, which hold
/// them up to 2^24.
package struct Embedding: ItemLayer {
    /// `embedding 64 entries=5000 padding=0`
    package static let word = ItemKind(
        "embedding", numbers: [.init("size", .integer(1...65536))],
        options: [
            .init("entries", .integer(1...mostEntries)),
            .init("padding", .integerOr("none", 0...mostEntries - 1), usual: "none"),
        ])
    package static let words = [word]
    /// The largest table whose ids floats hold.
    package static let mostEntries = 1 << 24
    package let inputShape: [Int]
    package let entries: Int
    package let size: Int
    /// An id whose row is 0 and is not trained.
    package let padding: Int?

    package init(inputShape: [Int], entries: Int, size: Int, padding: Int? = nil) {
        precondition(entries <= Self.mostEntries)
        (self.inputShape, self.entries, self.size, self.padding) = (inputShape, entries, size, padding)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem) {
        let shape = place.inputShape
        guard place.hasTime, shape.count == 2, shape[1] == 1 else { throw .areNoIDs(shape) }
        guard let entries = item.text("entries").flatMap({ Int($0) }) else { throw .entriesAreOpen }
        let padding = item.text("padding").flatMap { Int($0) }
        guard padding.map({ $0 < entries }) ?? true else {
            throw .paddingIsNoEntry(padding ?? 0, entries: entries)
        }
        self.init(inputShape: shape, entries: entries, size: item.integer("size"), padding: padding)
    }

    var steps: Int { inputShape[0] }
    package var outputShape: [Int] { [steps, size] }
    package var operations: Int { 0 }
    /// The ids and the gradients of their rows, too.
    package var elementsPerSample: Int { 2 * steps * (1 + size) }

    package var tensors: [TensorSpecification] {
        [
            TensorSpecification(
                name: "weight", shape: [entries, size], isWeight: true,
                initializer: .normal(standardDeviation: 1), fanIn: 1, fanOut: size)
        ]
    }

    package var gradients: TensorGradients { .overRows(self) }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel { EmbeddingKernel(layer: self, use) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceEmbedding(entries: entries, size: size, padding: padding)
    }
}

extension Embedding: RowGradients {
    /// The ids [rows, steps], then ∂L/∂output [rows, steps, size].
    package func operandCount(rows: Int) -> Int { OperandBuffer.aligned(rows * steps) + rows * steps * size }

    package func makeGradientKernel(neurons: Int, rows: Int, accumulates: Bool) -> any GradientKernel {
        EmbeddingGradientKernel(layer: self, ids: rows * steps, accumulates: accumulates)
    }
}

private final class EmbeddingKernel: LayerKernel {
    private let layer: Embedding
    private let microbatchIDs: Int

    init(layer: Embedding, _ use: LayerUse) {
        (self.layer, microbatchIDs) = (layer, (use.microbatchRows ?? 0) * layer.steps)
    }

    /// The part of an operand with some values of each id.
    private func part(_ rows: Range<Int>, of operand: FloatView, at offset: Int, width: Int) -> FloatView {
        operand.slice(offset + rows.lowerBound * layer.steps * width, rows.count * layer.steps * width)
    }

    func forward(_ arguments: ForwardArguments) {
        let (size, table) = (layer.size, arguments.parameters)
        for (index, id) in arguments.input.pointer.enumerated() {
            let target = arguments.output.slice(index * size, size)
            if Int(id) == layer.padding {
                target.pointer.update(repeating: 0)
            } else {
                target.copy(from: table.slice(Int(id) * size, size))
            }
        }
        if let operands = arguments.gradientOperands?.floats {
            part(arguments.rowsInMicrobatch, of: operands, at: 0, width: 1).copy(from: arguments.input)
        }
    }

    func backward(_ arguments: BackwardArguments) {
        if let operands = arguments.gradientOperands?.floats {
            let offset = OperandBuffer.aligned(microbatchIDs)
            part(arguments.rowsInMicrobatch, of: operands, at: offset, width: layer.size)
                .copy(from: arguments.outputGradient)
        }
        // Ids have no derivative.
        arguments.inputGradient?.pointer.update(repeating: 0)
    }
}

/// For some entries: the sum of the gradients of all places that have them, in the order of the rows and steps.
private final class EmbeddingGradientKernel: GradientKernel {
    private let layer: Embedding
    private let ids: Int
    private let accumulates: Bool
    let scratchpadCount = 0

    init(layer: Embedding, ids: Int, accumulates: Bool) {
        (self.layer, self.ids, self.accumulates) = (layer, ids, accumulates)
    }

    func run(_ arguments: GradientArguments) {
        let (size, operands) = (layer.size, arguments.gradientOperands.floats)
        let sums = arguments.gradients.slice(0, arguments.neurons.count * size)
        if !accumulates { sums.pointer.update(repeating: 0) }
        let gradients = operands.slice(OperandBuffer.aligned(ids), ids * size)
        let (first, end) = (Float(arguments.neurons.lowerBound), Float(arguments.neurons.upperBound))
        for (place, id) in operands.slice(0, ids).pointer.enumerated() where id >= first && id < end {
            guard Int(id) != layer.padding else { continue }
            let sum = sums.slice((Int(id) - arguments.neurons.lowerBound) * size, size)
            add(sum, gradients.slice(place * size, size), into: sum)
        }
    }
}
