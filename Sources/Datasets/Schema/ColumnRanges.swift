import Kernels

/// The smallest and the largest number of each column, as the file has them before they become 32-bit floats.
struct ColumnRanges: Sendable {
    /// Numbers a row.
    let columns: Int
    private let smallest, largest: AlignedBuffer<Double>
    private let rounded: AlignedBuffer<UInt8>

    /// - Parameter tables: one for each process that reads.
    init(columns: Int, tables: Int, isShared: Bool) {
        self.columns = columns
        smallest = AlignedBuffer(count: columns * tables, isShared: isShared)
        largest = AlignedBuffer(count: columns * tables, isShared: isShared)
        rounded = AlignedBuffer(count: columns * tables, isShared: isShared)
        smallest.view.pointer.update(repeating: .infinity)
        largest.view.pointer.update(repeating: -.infinity)
    }

    /// Of a single column.
    init(of integers: [Int64]) {
        self.init(columns: 1, tables: 1, isShared: false)
        let (source, floats) = (AlignedBuffer<Int64>(count: integers.count), FloatBuffer(count: integers.count))
        withExtendedLifetime((source, floats)) {
            _ = source.view.pointer.update(fromContentsOf: integers)
            Int64.narrow(source.view, into: floats.view, view(0))
        }
    }

    func view(_ table: Int) -> ColumnRangeView {
        ColumnRangeView(
            smallest: smallest.view.slice(table * columns, columns),
            largest: largest.view.slice(table * columns, columns), rounded: rounded.view.slice(table * columns, columns)
        )
    }

    /// Over all columns; nil where nothing was read.
    var whole: ClosedRange<Double>? {
        guard let low = smallest.view.pointer.min(), let high = largest.view.pointer.max(), low <= high else {
            return nil
        }
        return low...high
    }

    private func range(_ column: Int) -> ClosedRange<Double>? {
        let tables = stride(from: column, to: smallest.count, by: columns)
        let low = tables.map { smallest.view[$0] }.min() ?? .infinity
        let high = tables.map { largest.view[$0] }.max() ?? -.infinity
        return low <= high ? low...high : nil
    }

    /// The columns whose different numbers may be one and the same Float: whole numbers of which one is no Float, and
    /// others that all lie within a thousand steps from one Float to the next.
    func coarse(of dataset: String, sampleShape: [Int]) -> CoarseColumns? {
        let found = (0..<columns).compactMap { column -> CoarseColumns.Column? in
            guard let range = range(column) else { return nil }
            let step = Double(Float(max(abs(range.lowerBound), abs(range.upperBound))).ulp)
            let isRounded = stride(from: column, to: rounded.count, by: columns).contains { rounded.view[$0] != 0 }
            let spread = range.upperBound - range.lowerBound
            guard isRounded || spread > 0 && spread < 1000 * step else { return nil }
            return CoarseColumns.Column(index: column, range: range, step: step)
        }
        return found.isEmpty ? nil : CoarseColumns(dataset: dataset, sampleShape: sampleShape, columns: found)
    }
}

/// Columns of a dataset in which 32-bit floats tell too few numbers apart.
package struct CoarseColumns: Codable, Sendable {
    package struct Column: Codable, Sendable {
        /// The place in a sample, row-major.
        package let index: Int
        /// What the file has.
        package let range: ClosedRange<Double>
        /// From one Float to the next at the larger end.
        package let step: Double
    }

    package let dataset: String
    package let sampleShape: [Int]
    /// Not empty.
    package let columns: [Column]
}
