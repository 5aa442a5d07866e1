import Foundation

/// A part of a file's rows, as one bit for each row: small enough to be sent to a reading process.
package struct RowSelection: Codable, Sendable, Equatable {
    /// The number of rows in the file.
    package let rows: Int
    /// The number of selected rows.
    package let count: Int
    private let bits: Data

    package init(_ selected: some Sequence<Int>, of rows: Int) {
        var bits = Data(count: (rows + 7) / 8)
        for row in selected { bits[row / 8] |= 1 << UInt8(row % 8) }
        self.rows = rows
        self.bits = bits
        count = bits.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    package func contains(_ row: Int) -> Bool { bits[row / 8] >> UInt8(row % 8) & 1 == 1 }

    /// The selected rows in ascending order.
    package var indices: [Int] { (0..<rows).filter(contains) }
}
