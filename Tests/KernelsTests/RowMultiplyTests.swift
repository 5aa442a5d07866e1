import Kernels
import TestSupport
import Testing

/// Multiplications of any number of rows, of which a few sizes are compiled.
@Suite struct RowMultiplyTests {
    private static let (most, inner, columns) = (21, 19, 70)

    private static func random(_ seed: UInt64, _ count: Int) -> FloatBuffer {
        var random = TestRandom(seed: seed)
        return FloatBuffer(random.floats(count))
    }

    /// The destination [most, columns] after a multiplication of so many rows, whose further rows are 7 before.
    private func product(rows: Int, _ multiply: RowMultiply, hasBias: Bool) throws -> [Float] {
        let room = RowMultiply.room(Self.most)
        let (left, right) = (Self.random(1, room * Self.inner), Self.random(2, Self.inner * Self.columns))
        let packed = OperandBuffer(count: multiply.right.count, format: .float32)
        multiply.right.pack(rows: 0..<Self.inner, right.view, into: packed.view)
        let bias = hasBias ? Self.random(3, Self.columns) : nil
        let destination = FloatBuffer([Float](repeating: 7, count: room * Self.columns))
        try multiply.run(
            rows: rows, left.view.asOperand, packed.view, bias: bias?.view, into: destination.view)
        withExtendedLifetime((left, packed, bias)) {}
        return destination.array
    }

    @Test(arguments: [true, false])
    func everyNumberOfRowsIsMultiplied(accumulates: Bool) throws {
        let right = RightOperand(inner: Self.inner, columns: Self.columns, format: .float32)
        let multiply = RowMultiply(mostRows: Self.most, right: right, bias: !accumulates, accumulates: accumulates)
        let (left, values, bias) = (
            Self.random(1, RowMultiply.room(Self.most) * Self.inner), Self.random(2, Self.inner * Self.columns),
            Self.random(3, Self.columns)
        )
        let whole = try product(rows: Self.most, multiply, hasBias: !accumulates)
        for rows in 1...Self.most {
            let found = try product(rows: rows, multiply, hasBias: !accumulates)
            #expect(found.prefix(rows * Self.columns) == whole.prefix(rows * Self.columns), "bits of \(rows) rows")
            // What lies beyond the room for the rows is not touched.
            #expect(found.dropFirst(RowMultiply.room(rows) * Self.columns).allSatisfy { $0 == 7 })
        }
        for row in 0..<Self.most {
            for column in 0..<Self.columns {
                let sum = (0..<Self.inner).reduce(accumulates ? 7 : Double(bias.view[column])) {
                    $0 + Double(left.view[row * Self.inner + $1]) * Double(values.view[$1 * Self.columns + column])
                }
                // As many roundings as terms, of sums that are no larger than their number.
                let tolerance = Double(Self.inner + 8) * Double(Self.inner + 8) * Double(Float.ulpOfOne) / 2
                #expect(abs(Double(whole[row * Self.columns + column]) - sum) <= tolerance)
            }
        }
    }
}
