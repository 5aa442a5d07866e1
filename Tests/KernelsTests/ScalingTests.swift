import Kernels
import TestSupport
import Testing

@Suite struct ScalingTests {
    @Test func everyByteIsScaledAndMoved() {
        let bytes = AlignedBuffer<UInt8>(count: 256)
        for index in 0..<256 { bytes.view[index] = UInt8(index) }
        let floats = FloatBuffer(count: 256)
        scale(bytes.view, by: 0.25, offset: -3, into: floats.view)
        #expect(floats.array == (0..<256).map { Float($0) / 4 - 3 })
    }

    /// A fused multiplication rounds once, a plain one and a sum twice.
    @Test func bytesBecomeTheNearestFloatsOfTheirScale() {
        let bytes = AlignedBuffer<UInt8>(count: 256)
        for index in 0..<256 { bytes.view[index] = UInt8(index) }
        let floats = FloatBuffer(count: 256)
        let (factor, offset): (Float, Float) = (1.0 / 255, 0.1)
        scale(bytes.view, by: factor, offset: offset, into: floats.view)
        for index in 0..<256 {
            let expected = Double(index) * Double(factor) + Double(offset)
            #expect(abs(Double(floats.view[index]) - expected) <= 2 * Double(Float.ulpOfOne / 2) * max(1, expected))
        }
    }

    @Test func aScaleOf255thsTakesBytesTo0To1() {
        let bytes = AlignedBuffer<UInt8>(count: 2)
        bytes.view[1] = 255
        let floats = FloatBuffer(count: 2)
        scale(bytes.view, by: 1.0 / 255, offset: 0, into: floats.view)
        #expect(floats.array == [0, 1])
    }

    @Test(arguments: [1, 15, 16, 17, 1000])
    func floatsAreScaledAndMoved(count: Int) {
        var random = TestRandom(seed: 4)
        let (source, destination) = (FloatBuffer(count: count), FloatBuffer(count: count))
        _ = source.view.pointer.update(fromContentsOf: random.floats(count, limit: 100))
        scale(source.view, by: 0.5, offset: 1, into: destination.view)
        for index in 0..<count {
            // Halving is exact: the sum alone rounds.
            #expect(destination.view[index] == source.view[index] * 0.5 + 1)
        }
    }

    @Test func aScaleOf1AndAnOffsetOf0KeepEveryBit() {
        var random = TestRandom(seed: 4)
        let values = random.floats(100) + [.leastNonzeroMagnitude, .greatestFiniteMagnitude, 0]
        let (source, destination) = (FloatBuffer(count: values.count), FloatBuffer(count: values.count))
        _ = source.view.pointer.update(fromContentsOf: values)
        scale(source.view, by: 1, offset: 0, into: destination.view)
        #expect(destination.array == values)
    }

    // MARK: Rows and columns

    private static let shapes = [(1, 1), (3, 5), (7, 16), (64, 17), (65, 3), (1000, 40)]

    private func filled(_ count: Int, seed: UInt64) -> FloatBuffer {
        var random = TestRandom(seed: seed)
        let buffer = FloatBuffer(count: count)
        _ = buffer.view.pointer.update(fromContentsOf: random.floats(count))
        return buffer
    }

    @Test(arguments: shapes)
    func aRowIsAddedToEachRow(rows: Int, columns: Int) {
        let (row, values) = (filled(columns, seed: 1), filled(rows * columns, seed: 2))
        let before = values.array
        add(row: row.view, toRowsOf: values.view)
        for index in 0..<values.count { #expect(values.view[index] == before[index] + row.view[index % columns]) }
    }

    /// Each sum goes through 64 additions and through one for each block of 64.
    @Test(arguments: shapes)
    func columnsAreSummed(rows: Int, columns: Int) {
        let (matrix, sums) = (filled(rows * columns, seed: 3), FloatBuffer(count: columns))
        sumEachColumn(of: matrix.view, into: sums.view)
        for column in 0..<columns {
            let values = (0..<rows).map { Double(matrix.view[$0 * columns + column]) }
            let tolerance =
                Double(64 + rows / 64) * Double(Float.ulpOfOne / 2) * values.reduce(0) { $0 + abs($1) }
            #expect(abs(Double(sums.view[column]) - values.reduce(0, +)) <= tolerance)
        }
    }

    // MARK: firstNotFinite

    /// The search goes by blocks of 4096: at their edges, and inside.
    @Test(
        arguments: [0, 1, 17, 4095, 4096, 4097, 8191, 8192, 9999],
        [Float.nan, .signalingNaN, .infinity, -.infinity])
    func theFirstValueThatIsNotFiniteIsFound(index: Int, value: Float) {
        let buffer = FloatBuffer(count: 10_000)
        buffer.view.pointer.update(repeating: .greatestFiniteMagnitude)
        buffer.view[index] = value
        #expect(firstNotFinite(in: buffer.view) == index)
        buffer.view[9999] = .nan
        #expect(firstNotFinite(in: buffer.view) == index)
    }

    @Test func finiteValuesAreNotFound() {
        let buffer = FloatBuffer(count: 5000)
        #expect(firstNotFinite(in: buffer.view) == nil)
        let extremes: [Float] = [
            .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0, .leastNormalMagnitude,
        ]
        for index in 0..<5000 { buffer.view[index] = extremes[index % extremes.count] }
        #expect(firstNotFinite(in: buffer.view) == nil)
        #expect(firstNotFinite(in: buffer.view.slice(0, 0)) == nil)
    }

    @Test func aSliceIsSearchedFromItsOwnStart() {
        let buffer = FloatBuffer(count: 100)
        buffer.view[10] = .nan
        buffer.view[60] = .infinity
        #expect(firstNotFinite(in: buffer.view.slice(11, 89)) == 49)
        #expect(firstNotFinite(in: buffer.view.slice(11, 49)) == nil)
    }

    // MARK: Buffers

    @Test func buffersBeginOn64ByteBoundariesAndWithZeros() {
        for count in [0, 1, 3, 1000] {
            let buffer = FloatBuffer(count: count)
            #expect(Int(bitPattern: buffer.view.base) % 64 == 0)
            #expect(buffer.array == [Float](repeating: 0, count: count))
        }
    }

    @Test func countsAreAlignedToWhole64ByteLines() {
        #expect([0, 1, 15, 16, 17, 32].map(FloatBuffer.aligned) == [0, 16, 16, 16, 32, 32])
        #expect([0, 1, 64, 65].map(AlignedBuffer<UInt8>.aligned) == [0, 64, 64, 128])
        #expect([1, 8, 9].map(AlignedBuffer<Double>.aligned) == [8, 8, 16])
    }
}
