/// The targets of a shard.
public enum TargetView: Sendable {
    /// One class id a row.
    case classes(BufferView<Int32>)
    /// [rows, outputs]
    case values(FloatView)
}
