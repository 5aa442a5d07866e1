import Kernels
import TestSupport
import Testing

/// Conversion, transposition and sums of operands.
@Suite struct OperandTests {
    private func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        _ = buffer.view.pointer.update(fromContentsOf: values)
        return buffer
    }

    /// An operand's elements as floats: its sums over rows of one element.
    private func floats(_ operand: OperandView) -> [Float] {
        let sums = FloatBuffer(count: operand.count)
        sumEachRow(of: operand, into: sums.view)
        return sums.array
    }

    static let formats = [OperandFormat.float32, .bfloat16, .roundedFloat32]

    @Test func bfloat16IsTheNearestAndOfTwoTheEven() {
        // 1, half way to its neighbour 1 + 2⁻⁷, and a little more; the largest; zeros and infinities.
        let values: [Float] = [
            1, 1.00390625, 1.004, 1.01171875, -1.0117188, 3.3895314e38, .greatestFiniteMagnitude, 0, -0.0,
            .infinity, -.infinity,
        ]
        let expected: [Float] = [
            1, 1, 1.0078125, 1.015625, -1.015625, 3.3895314e38, .infinity, 0, -0.0, .infinity, -.infinity,
        ]
        for format in [OperandFormat.bfloat16, .roundedFloat32] {
            let operand = OperandBuffer(count: values.count + 1, format: format)
            let source = buffer(values + [Float(bitPattern: 0x7f80_0001)])
            convert(source.view, into: operand.view)
            let found = floats(operand.view)
            #expect(Array(found.dropLast()) == expected && found[values.count].isNaN)
        }
    }

    @Test(arguments: [(1, 1), (5, 3), (16, 16), (33, 50), (64, 100)], formats)
    func transpositionPutsEachNumberWhereItBelongs(shape: (rows: Int, columns: Int), format: OperandFormat) {
        var random = TestRandom(seed: 5)
        let values = random.floats(shape.rows * shape.columns)
        let (width, first) = (shape.rows + 7, 3)
        let (source, operand) = (buffer(values), OperandBuffer(count: shape.columns * width, format: format))
        transpose(
            source.view, into: operand.view, width: width, columns: first..<first + shape.rows)
        let found = floats(operand.view)
        for column in 0..<shape.columns {
            for index in 0..<width {
                let row = index - first
                let value = row >= 0 && row < shape.rows ? values[row * shape.columns + column] : 0
                #expect(found[column * width + index] == (format == .float32 ? value : roundedToBFloat16(value)))
            }
        }
    }

    @Test(arguments: [(1, 1), (3, 5), (17, 33), (10, 100)], formats)
    func rowsAreSummed(shape: (rows: Int, columns: Int), format: OperandFormat) {
        var random = TestRandom(seed: 31)
        let values = random.floats(shape.rows * shape.columns)
        let (operand, sums) = (OperandBuffer(count: values.count, format: format), FloatBuffer(count: shape.rows))
        let source = buffer(values)
        convert(source.view, into: operand.view)
        sumEachRow(of: operand.view, into: sums.view)
        let added = FloatBuffer(count: shape.rows)
        for row in 0..<shape.rows {
            let terms = values[row * shape.columns..<(row + 1) * shape.columns]
                .map { Double(format == .float32 ? $0 : roundedToBFloat16($0)) }
            // Each addition rounds once.
            let tolerance = Double(shape.columns) * Double(Float.ulpOfOne / 2) * terms.map(abs).reduce(0, +)
            #expect(abs(Double(sums.view[row]) - terms.reduce(0, +)) <= tolerance)
            added.view[row] = sums.view[row]
        }
        sumEachRow(of: operand.view, into: added.view, accumulates: true)
        #expect(added.array == sums.array.map { $0 + $0 })
    }
}
