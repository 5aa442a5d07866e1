/// The numbers of a table [rows, columns], row-major, in blocks of whole rows.
package struct TableValues: Sendable {
    package let columns: Int
    package private(set) var rows = 0
    private let rowsPerBlock: Int
    private var blocks: [[Double]] = []

    /// About 1 MiB a block.
    private static let valuesPerBlock = 1 << 17

    init(columns: Int) {
        self.columns = columns
        rowsPerBlock = max(1, Self.valuesPerBlock / columns)
    }

    /// Calls `body` with the values of each block, and the place and number of its rows.
    package func forEachBlock(
        _ body: (_ firstRow: Int, _ rows: Int, _ values: UnsafeBufferPointer<Double>) throws -> Void
    ) rethrows {
        for index in blocks.indices {
            let first = index * rowsPerBlock
            let count = min(rowsPerBlock, rows - first)
            try blocks[index].withUnsafeBufferPointer {
                try body(first, count, UnsafeBufferPointer(rebasing: $0[..<(count * columns)]))
            }
        }
    }

    /// Appends a row, which `fill` writes.
    mutating func appendRow(
        _ fill: (UnsafeMutableBufferPointer<Double>) throws(CSVError) -> Void
    ) throws(CSVError) {
        let place = rows % rowsPerBlock
        if place == 0 { blocks.append(Array(repeating: 0, count: rowsPerBlock * columns)) }
        let range = (place * columns)..<((place + 1) * columns)
        try blocks[blocks.count - 1].withUnsafeMutableBufferPointer { (block) throws(CSVError) in
            try fill(UnsafeMutableBufferPointer(rebasing: block[range]))
        }
        rows += 1
    }
}
