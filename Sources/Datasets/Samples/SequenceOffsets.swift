import Foundation

/// Where sequences begin among the steps of all of them, which lie one after another.
package struct SequenceOffsets: Sendable, Equatable {
    /// [sequences + 1]: from 0, never falling, to the number of all steps.
    package let offsets: [Int]

    package init(_ offsets: [Int]) {
        precondition(offsets.first == 0)
        self.offsets = offsets
    }

    package init(lengths: some Sequence<Int>) {
        offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    /// The number of sequences.
    package var count: Int { offsets.count - 1 }

    /// The number of all steps.
    package var steps: Int { offsets[count] }

    package var lengths: [Int] { (0..<count).map(length) }

    package func length(of sequence: Int) -> Int { offsets[sequence + 1] - offsets[sequence] }

    package func steps(of sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }

    /// The steps of some sequences; nil for all.
    package func steps(of sequences: RowSelection?) -> RowSelection? {
        sequences.map { RowSelection($0.indices.lazy.flatMap { steps(of: $0) }, of: steps) }
    }

    /// The sequence that a step belongs to.
    package func sequence(ofStep step: Int) -> Int {
        var (low, high) = (0, count)
        // The last sequence that begins at the step or before it: those before it with the same beginning are empty.
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsets[middle] <= step { low = middle } else { high = middle }
        }
        return low
    }

    /// The number of a step for messages: of its sequence, and within it.
    package func number(ofStep step: Int) -> RowNumber {
        let sequence = sequence(ofStep: step)
        return RowNumber(sequence, step: step - offsets[sequence])
    }

    /// The same of a part of the sequences; nil for all.
    package func selecting(_ sequences: RowSelection?) -> SequenceOffsets {
        sequences.map { SequenceOffsets(lengths: $0.indices.lazy.map(length)) } ?? self
    }
}

// As bytes, which are much shorter in JSON than numbers.
extension SequenceOffsets: Codable {
    package init(from decoder: any Decoder) throws {
        let bytes = try decoder.singleValueContainer().decode(Data.self)
        offsets = [Int](unsafeUninitializedCapacity: bytes.count / MemoryLayout<Int>.stride) { buffer, count in
            count = bytes.copyBytes(to: buffer) / MemoryLayout<Int>.stride
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(offsets.withUnsafeBytes { Data($0) })
    }
}

/// A row of a dataset for messages, counted from 0: "5", or "5 step 7" for a step of a sequence.
package struct RowNumber: Codable, Sendable, Equatable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    package let row: Int
    /// nil unless the row is a sequence of which a step is meant.
    package let step: Int?

    package init(_ row: Int, step: Int? = nil) { (self.row, self.step) = (row, step) }

    package init(integerLiteral row: Int) { self.init(row) }

    package var description: String { "\(row)" + (step.map { " step \($0)" } ?? "") }
}
