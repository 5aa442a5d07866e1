import COneDNN

/// oneDNN refused to create or run a primitive.
public struct KernelError: Error, Sendable, Equatable {
    /// What was asked for, such as "matmul 256×512×784".
    public let operation: String
    /// oneDNN's name for what went wrong.
    public let status: String
}

/// Activations that run inside the matrix multiplication, while its result is still in registers.
public enum FusedActivation: Sendable {
    case identity, relu, tanh, sigmoid

    fileprivate var code: conednn_activation {
        switch self {
        case .identity: CONEDNN_IDENTITY
        case .relu: CONEDNN_RELU
        case .tanh: CONEDNN_TANH
        case .sigmoid: CONEDNN_SIGMOID
        }
    }
}

/// destination [rows, columns] = activation(left [rows, inner] · right [inner, columns] + bias [columns]), row-major.
///
/// Compiled once for its shape. An instance belongs to one worker: it is not for two threads at a time.
public final class MatrixMultiply {
    /// Which operand is stored the other way round: left as [inner, rows], right as [columns, inner].
    public enum Transposed: Sendable {
        case none, left, right
    }

    public let rows: Int
    public let columns: Int
    public let inner: Int
    private let leftCount: Int
    private let hasBias: Bool
    private let handle: OpaquePointer

    /// - Parameter leftStride: floats from one stored row of left to the next, where they do not lie side by side.
    /// - Throws: `KernelError` when oneDNN cannot make the primitive.
    public init(
        rows: Int, columns: Int, inner: Int, transposed: Transposed = .none, leftStride: Int? = nil,
        bias: Bool = false, activation: FusedActivation = .identity
    ) throws(KernelError) {
        let (storedRows, storedColumns) = transposed == .left ? (inner, rows) : (rows, inner)
        let leftStride = leftStride ?? storedColumns
        precondition(leftStride >= storedColumns)
        leftCount = (storedRows - 1) * leftStride + storedColumns
        self.rows = rows
        self.columns = columns
        self.inner = inner
        hasBias = bias
        var shape = conednn_matmul_shape(
            rows: Int64(rows), columns: Int64(columns), inner: Int64(inner),
            left_transposed: transposed == .left, left_stride: Int64(leftStride),
            right_transposed: transposed == .right,
            has_bias: bias, activation: activation.code)
        var created: OpaquePointer?
        let status = conednn_matmul_create(&shape, &created)
        guard status == 0, let created else {
            throw KernelError(
                operation: "matmul \(rows)×\(columns)×\(inner)", status: String(cString: conednn_status_name(status)))
        }
        handle = created
    }

    deinit {
        conednn_matmul_destroy(handle)
    }

    /// How many floats of scratchpad `run` needs.
    public var scratchpadCount: Int {
        (conednn_matmul_scratchpad_bytes(handle) + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride
    }

    /// - Throws: `KernelError` when oneDNN fails to run.
    public func run(
        _ left: FloatView, _ right: FloatView, bias: FloatView? = nil, into destination: FloatView,
        scratchpad: FloatView
    ) throws(KernelError) {
        precondition(left.count == leftCount && right.count == inner * columns)
        precondition(destination.count == rows * columns && (bias?.count ?? columns) == columns)
        precondition((bias != nil) == hasBias && scratchpad.count >= scratchpadCount)
        let status = conednn_matmul_execute(
            handle, left.base, right.base, bias?.base, destination.base, scratchpad.base)
        if status != 0 {
            throw KernelError(
                operation: "matmul \(rows)×\(columns)×\(inner)", status: String(cString: conednn_status_name(status)))
        }
    }
}
