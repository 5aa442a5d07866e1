import COneDNN

/// oneDNN refused to create or run a primitive.
public struct KernelError: Error, Sendable, Equatable {
    public enum Cause: Sendable, Equatable {
        case outOfMemory
        /// The library's kind of threads cannot be limited to one a caller, so sums would depend on their count.
        case unsuitableThreads(String)
        /// oneDNN's name for what went wrong.
        case refused(String)
    }

    /// What was asked for: "matmul 256×512×784".
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
