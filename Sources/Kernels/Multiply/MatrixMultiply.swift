import COneDNN

/// destination [rows, columns] = activation(left [rows, inner] · right [inner, columns] + bias [columns]), or destination
/// += left · right, compiled for one shape. Left and destination are row-major.
///
/// An instance belongs to one worker and is not thread-safe.
public final class MatrixMultiply {
    public let rows: Int
    public let right: RightOperand
    private let hasBias: Bool
    private let handle: OpaquePointer

    /// - Parameters:
    ///   - activation: a fused one.
    ///   - accumulates: whether the product is added to the destination; only without an activation.
    /// - Throws: `KernelError` when oneDNN cannot make the primitive.
    public init(
        rows: Int, right: RightOperand, bias: Bool = false, activation: Activation = .identity,
        accumulates: Bool = false
    ) throws(KernelError) {
        precondition(!accumulates || activation == .identity)
        guard activation.isFused, let primitive = activation.primitive else {
            preconditionFailure("\(activation) is not fused")
        }
        self.rows = rows
        self.right = right
        hasBias = bias
        var shape = conednn_matmul_shape(
            rows: Int64(rows), columns: Int64(right.columns), inner: Int64(right.inner),
            is_bf16: right.format == .bfloat16, right_has_strips: right.hasStrips, has_bias: bias,
            accumulates: accumulates, activation: primitive)
        var created: OpaquePointer?
        let status = conednn_matmul_create(&shape, &created)
        guard status == 0, let created else { throw Self.error(rows, right, status) }
        handle = created
    }

    deinit {
        conednn_matmul_destroy(handle)
    }

    /// Floats of scratchpad that `run` needs.
    public var scratchpadCount: Int {
        (conednn_matmul_scratchpad_bytes(handle) + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride
    }

    /// - Throws: `KernelError` when oneDNN fails to run.
    public func run(
        _ left: OperandView, _ rightValues: OperandView, bias: FloatView? = nil, into destination: FloatView,
        scratchpad: FloatView
    ) throws(KernelError) {
        precondition(left.count == rows * right.inner && rightValues.count >= right.count)
        precondition(left.format == right.format && rightValues.format == right.format)
        precondition(destination.count == rows * right.columns && (bias?.count ?? right.columns) == right.columns)
        precondition((bias != nil) == hasBias && scratchpad.count >= scratchpadCount)
        let status = conednn_matmul_execute(
            handle, left.base, rightValues.base, bias?.base, destination.base, scratchpad.base)
        if status != 0 { throw Self.error(rows, right, status) }
    }

    private static func error(_ rows: Int, _ right: RightOperand, _ status: Int32) -> KernelError {
        KernelError(operation: "matmul \(rows)×\(right.columns)×\(right.inner)", status: status)
    }
}
