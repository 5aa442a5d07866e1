import COneDNN

/// oneDNN refused to create or run a primitive.
public struct KernelError: Error, Sendable, Equatable {
    public enum Cause: Sendable, Equatable {
        case outOfMemory
        /// The library brings along threads of its own, of a kind that cannot be held to one a caller: sums would be cut by
        /// how many there are. Its name for them.
        case unsuitableThreads(String)
        /// oneDNN's name for what went wrong.
        case refused(String)
    }

    /// What was asked for, such as "matmul 256×512×784".
    public let operation: String
    public let cause: Cause

    init(operation: String, status: Int32) {
        self.operation = operation
        cause =
            switch status {
            case CONEDNN_OUT_OF_MEMORY: .outOfMemory
            case CONEDNN_UNSUITABLE_RUNTIME: .unsuitableThreads(String(cString: conednn_runtime()))
            default: .refused(String(cString: conednn_status_name(status)))
            }
    }
}
