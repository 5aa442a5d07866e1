import COneDNN
import CVector

/// The memory layout of a multiplication's right operand [inner, columns]: strips of columns if oneDNN is fastest on
/// those, else row-major. Many multiplications share a right operand, so packing it once pays.
public struct RightOperand: Sendable {
    public let inner: Int
    public let columns: Int
    public let format: OperandFormat
    let hasStrips: Bool
    private let strips: cvector_strips

    /// - Parameter keepsRows: whether it is made row by row: then it stays row-major unless oneDNN would copy it.
    public init(inner: Int, columns: Int, format: OperandFormat, keepsRows: Bool = false) {
        self.inner = inner
        self.columns = columns
        self.format = format
        hasStrips =
            switch format {
            case .bfloat16: Self.prefersStripsOfBFloat16
            case .float32, .roundedFloat32:
                Self.prefersStripsOfFloat32
                    && !(keepsRows && conednn_uses_rows_in_place(Int64(columns)))
            }
        let (width, multiple) = hasStrips ? (64, format == .bfloat16 ? 32 : 16) : (columns, 1)
        strips = cvector_strips(
            width: width, padded_inner: (inner + multiple - 1) / multiple * multiple,
            pairs: hasStrips && format == .bfloat16)
    }

    private static let prefersStripsOfFloat32 = conednn_prefers_strips(false)
    private static let prefersStripsOfBFloat16 = conednn_prefers_strips(true)

    /// Elements in memory, with the padding of the strips.
    public var count: Int { (columns + strips.width - 1) / strips.width * strips.width * strips.padded_inner }

    /// Some rows of an operand that is row-major floats, which may be written there directly; nil in any other layout.
    package func floatRows(_ rows: Range<Int>, in operand: OperandView) -> FloatView? {
        guard !hasStrips, format == .float32 else { return nil }
        return operand.slice(rows.lowerBound * columns, rows.count * columns).floats
    }

    /// Writes some rows of the operand; with the last ones, the padding of the strips, too.
    /// - Parameter source: [rows, columns]; if it is `floatRows` of the operand, nothing is left to do.
    public func pack(rows: Range<Int>, _ source: FloatView, into operand: OperandView) {
        precondition(source.count == rows.count * columns && rows.lowerBound >= 0 && rows.upperBound <= inner)
        precondition(operand.count >= count && operand.format == format)
        if let floats = floatRows(rows, in: operand), floats.base == source.base { return }
        cvector_pack_rows(format.code, source.base, rows.count, columns, rows.lowerBound, strips, operand.base)
        if rows.upperBound == inner {
            cvector_clear_rows(columns, inner, strips.padded_inner, strips, operand.base)
        }
    }

    /// Sets some rows of the operand to 0.
    package func clear(rows: Range<Int>, in operand: OperandView) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= inner && operand.count >= count)
        guard hasStrips else {
            return operand.slice(rows.lowerBound * columns, rows.count * columns).clear()
        }
        cvector_clear_rows(columns, rows.lowerBound, rows.upperBound, strips, operand.base)
    }

    /// Writes some columns of the operand.
    /// - Parameter source: [columns, inner], those of the operand's transpose.
    package func pack(columns chosen: Range<Int>, _ source: FloatView, into operand: OperandView) {
        precondition(source.count == chosen.count * inner && chosen.lowerBound >= 0 && chosen.upperBound <= columns)
        precondition(operand.count >= count && operand.format == format)
        cvector_pack_columns(
            format.code, source.base, chosen.count, inner, chosen.lowerBound, strips, operand.base)
    }
}

/// Writes `source` [rows, columns], or some of its columns, transposed into some columns of a left operand [source columns, width].
/// - Parameters:
///   - sourceColumns: those that are written; nil for all.
///   - columns: the left operand's, as many as `source` has rows.
public func transpose(
    _ source: FloatView, sourceColumns: Range<Int>? = nil, into operand: OperandView, width: Int,
    columns: Range<Int>
) {
    let sourceWidth = source.count / max(1, columns.count)
    let chosen = sourceColumns ?? 0..<sourceWidth
    precondition(source.count == sourceWidth * columns.count && operand.count == chosen.count * width)
    precondition(chosen.lowerBound >= 0 && chosen.upperBound <= sourceWidth)
    precondition(columns.lowerBound >= 0 && columns.upperBound <= width)
    cvector_transpose(
        operand.format.code, source.base + chosen.lowerBound, columns.count, chosen.count, sourceWidth, operand.base,
        columns.lowerBound, width)
}

/// Converts `source` to the format of an operand of as many elements.
package func convert(_ source: FloatView, into operand: OperandView) {
    precondition(source.count == operand.count)
    cvector_convert(operand.format.code, source.base, operand.base, source.count)
}

/// `sums` [rows] = the sum of each row of `matrix` [rows, columns], in an order that is the same on every CPU.
/// - Parameter accumulates: whether the result is added to `sums`.
package func sumEachRow(of matrix: OperandView, into sums: FloatView, accumulates: Bool = false) {
    let columns = matrix.count / max(1, sums.count)
    precondition(matrix.count == columns * sums.count)
    cvector_sum_each_row(matrix.format.code, matrix.base, sums.count, columns, sums.base, accumulates)
}
