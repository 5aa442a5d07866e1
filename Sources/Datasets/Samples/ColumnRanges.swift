import Kernels

/// The smallest and the largest value of each column in the file, before the conversion to 32-bit floats.
package struct ColumnRanges: Sendable {
    /// The number of columns.
    package let columns: Int
    private let smallest, largest: AlignedBuffer<Double>
    private let rounded: AlignedBuffer<UInt8>

    /// - Parameters:
    ///   - readerCount: the number of processes that read. Each one has ranges of its own.
    ///   - isShared: whether the ranges are in shared memory.
    package init(columns: Int, readerCount: Int, isShared: Bool) {
        self.columns = columns
        smallest = AlignedBuffer(count: columns * readerCount, isShared: isShared)
        largest = AlignedBuffer(count: columns * readerCount, isShared: isShared)
        rounded = AlignedBuffer(count: columns * readerCount, isShared: isShared)
        smallest.view.pointer.update(repeating: .infinity)
        largest.view.pointer.update(repeating: -.infinity)
    }

    /// The range of a single column.
    package init(of integers: [Int64]) {
        self.init(columns: 1, readerCount: 1, isShared: false)
        let (source, floats) = (AlignedBuffer<Int64>(count: integers.count), FloatBuffer(count: integers.count))
        withExtendedLifetime((source, floats)) {
            _ = source.view.pointer.update(fromContentsOf: integers)
            Int64.narrow(source.view, into: floats.view, view(0))
        }
    }

    /// The ranges of the columns of numbers [rows, columns].
    package init(of numbers: [Double], columns: Int) {
        self.init(columns: columns, readerCount: 1, isShared: false)
        let (source, floats) = (AlignedBuffer<Double>(count: numbers.count), FloatBuffer(count: numbers.count))
        withExtendedLifetime((source, floats)) {
            _ = source.view.pointer.update(fromContentsOf: numbers)
            Double.narrow(source.view, into: floats.view, view(0))
        }
    }

    /// The ranges of one reader.
    package func view(_ reader: Int) -> ColumnRangeView {
        ColumnRangeView(
            smallest: smallest.view.slice(reader * columns, columns),
            largest: largest.view.slice(reader * columns, columns),
            rounded: rounded.view.slice(reader * columns, columns)
        )
    }

    private func range(_ column: Int) -> ClosedRange<Double>? {
        let indices = stride(from: column, to: smallest.count, by: columns)
        let low = indices.map { smallest.view[$0] }.min() ?? .infinity
        let high = indices.map { largest.view[$0] }.max() ?? -.infinity
        return low <= high ? low...high : nil
    }

    /// The columns in which different values may become the same Float: columns of whole numbers of which one was rounded,
    /// and columns whose range is less than 1,000 times the spacing of floats.
    package func coarse(of dataset: String, sampleShape: [Int]) -> CoarseColumns? {
        let found = (0..<columns).compactMap { column -> CoarseColumns.Column? in
            let isRounded = stride(from: column, to: rounded.count, by: columns).contains { rounded.view[$0] != 0 }
            return range(column).flatMap { CoarseColumns.Column(index: column, range: $0, isRounded: isRounded) }
        }
        return found.isEmpty ? nil : CoarseColumns(dataset: dataset, sampleShape: sampleShape, columns: found)
    }
}

/// Columns of a dataset whose values are too close together for 32-bit floats.
package struct CoarseColumns: Codable, Sendable {
    package struct Column: Codable, Sendable {
        /// The row-major index in a sample.
        package let index: Int
        /// The range of the values in the file.
        package let range: ClosedRange<Double>
        /// The spacing of floats at the end with the larger magnitude.
        package let step: Double

        package init(index: Int, range: ClosedRange<Double>, step: Double) {
            (self.index, self.range, self.step) = (index, range, step)
        }

        /// - Parameter isRounded: whether a whole number was rounded.
        /// - Returns: nil if its values stay apart.
        init?(index: Int, range: ClosedRange<Double>, isRounded: Bool) {
            let step = Double(Float(max(abs(range.lowerBound), abs(range.upperBound))).ulp)
            let spread = range.upperBound - range.lowerBound
            guard isRounded || spread > 0 && spread < 1000 * step else { return nil }
            self.init(index: index, range: range, step: step)
        }
    }

    /// The path of the dataset, or the table.
    package let dataset: String
    package let sampleShape: [Int]
    /// The names of the columns; nil if they have none.
    package var names: [String]? = nil
    /// Not empty.
    package let columns: [Column]
}
