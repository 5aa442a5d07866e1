/// What a shard's outputs should have been.
public enum TargetView: Sendable {
    /// One class id a row.
    case classes(BufferView<Int32>)
    /// [rows, outputs]
    case values(FloatView)
}
