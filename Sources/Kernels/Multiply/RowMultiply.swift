/// destination [rows, columns] = left [rows, inner] · right + bias, or destination += left · right, for any number of rows up to a most.
/// It computes on whole groups of rows, so that a few compiled multiplications serve all: left and destination have room for
/// `room(rows)` rows, and what is computed of the further ones means nothing. The bits of a row do not depend on how many there are.
///
/// An instance belongs to one worker and is not thread-safe.
package final class RowMultiply {
    /// Numbers of rows are rounded up to multiples of it.
    private static let group = 8

    package let right: RightOperand
    private let hasBias: Bool
    private let accumulates: Bool
    /// By the groups of rows, from 1; compiled when they are first needed.
    private var multiplications: [MatrixMultiply?]
    private var scratchpad = FloatBuffer(count: 0)

    package init(mostRows: Int, right: RightOperand, bias: Bool = false, accumulates: Bool = false) {
        (self.right, hasBias, self.accumulates) = (right, bias, accumulates)
        multiplications = Array(repeating: nil, count: Self.room(mostRows) / Self.group)
    }

    /// The rows that left and destination have room for.
    package static func room(_ rows: Int) -> Int { (rows + group - 1) / group * group }

    /// - Parameters:
    ///   - rows: at least 1.
    ///   - left: [room(rows), inner], or more.
    ///   - destination: [room(rows), columns], or more.
    /// - Throws: `KernelError` when oneDNN cannot make the primitive, or fails to run.
    package func run(
        rows: Int, _ left: OperandView, _ rightValues: OperandView, bias: FloatView? = nil, into destination: FloatView
    ) throws(KernelError) {
        let room = Self.room(rows)
        let multiply = try multiplication(room)
        try multiply.run(
            left.slice(0, room * right.inner), rightValues, bias: bias,
            into: destination.slice(0, room * right.columns), scratchpad: scratchpad.view)
    }

    private func multiplication(_ rows: Int) throws(KernelError) -> MatrixMultiply {
        let index = rows / Self.group - 1
        if let found = multiplications[index] { return found }
        let made = try MatrixMultiply(rows: rows, right: right, bias: hasBias, accumulates: accumulates)
        if made.scratchpadCount > scratchpad.count { scratchpad = FloatBuffer(count: made.scratchpadCount) }
        multiplications[index] = made
        return made
    }
}
