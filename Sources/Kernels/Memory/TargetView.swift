/// The targets of a shard.
public enum TargetView: Sendable {
    /// One class id a row.
    case classes(BufferView<Int32>)
    /// [rows, outputs]
    case values(FloatView)

    /// The targets of some rows.
    /// - Parameter outputs: the columns of `values`.
    package func rows(_ rows: Range<Int>, outputs: Int) -> TargetView {
        switch self {
        case .classes(let ids): .classes(ids.slice(rows.lowerBound, rows.count))
        case .values(let values): .values(values.slice(rows.lowerBound * outputs, rows.count * outputs))
        }
    }
}
