/// The targets of a shard.
public enum TargetView: Sendable {
    /// One class id a row.
    case classes(BufferView<Int32>)
    /// [rows, outputs]
    case values(FloatView)

    /// The targets of one row.
    /// - Parameter outputs: the columns of `values`.
    package func row(_ row: Int, outputs: Int) -> TargetView {
        switch self {
        case .classes(let ids): .classes(ids.slice(row, 1))
        case .values(let values): .values(values.slice(row * outputs, outputs))
        }
    }
}
