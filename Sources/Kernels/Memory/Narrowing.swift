import CVector

/// A type of more significant digits than Float.
package protocol WideNumber: BitwiseCopyable, Numeric, Comparable, Sendable {
    /// `destination` [rows, columns] = `source`, rounded to the nearest Float.
    static func narrow(_ source: BufferView<Self>, into destination: FloatView, _ columns: ColumnRangeView)
}

/// Smallest and largest value of each column so far: views of `ColumnRanges`.
package struct ColumnRangeView: Sendable {
    /// +∞ and −∞ before the first value.
    package let smallest, largest: BufferView<Double>
    /// 1 for a column with an integer that no Float equals.
    package let rounded: BufferView<UInt8>

    package init(smallest: BufferView<Double>, largest: BufferView<Double>, rounded: BufferView<UInt8>) {
        precondition(smallest.count == largest.count && smallest.count == rounded.count)
        (self.smallest, self.largest, self.rounded) = (smallest, largest, rounded)
    }

    /// The rows of `source`, which has as many elements as `destination`.
    fileprivate func rows<Number>(of source: BufferView<Number>, _ destination: FloatView) -> Int {
        precondition(source.count == destination.count && source.count % smallest.count == 0)
        return source.count / smallest.count
    }
}

extension Double: WideNumber {
    package static func narrow(_ source: BufferView<Double>, into destination: FloatView, _ columns: ColumnRangeView) {
        cvector_narrow_doubles(
            source.base, destination.base, columns.rows(of: source, destination), columns.smallest.count,
            columns.smallest.base, columns.largest.base)
    }
}

extension Int64: WideNumber {
    package static func narrow(_ source: BufferView<Int64>, into destination: FloatView, _ columns: ColumnRangeView) {
        cvector_narrow_int64(
            source.base, destination.base, columns.rows(of: source, destination), columns.smallest.count,
            columns.smallest.base, columns.largest.base, columns.rounded.base)
    }
}

extension UInt64: WideNumber {
    package static func narrow(_ source: BufferView<UInt64>, into destination: FloatView, _ columns: ColumnRangeView) {
        cvector_narrow_uint64(
            source.base, destination.base, columns.rows(of: source, destination), columns.smallest.count,
            columns.smallest.base, columns.largest.base, columns.rounded.base)
    }
}
