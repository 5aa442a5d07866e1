import Kernels
import Testing

@testable import Datasets

/// Features in memory whose samples are sequences of different lengths.
@Suite struct SequenceMatrixTests {
    /// Sequences of 2, 0, 3 and 1 steps of two channels; the values count up from 1.
    private static let lengths = [2, 0, 3, 1]

    private func matrix(_ lengths: [Int] = lengths, scale: Float = 1) -> FeatureMatrix {
        let sequences = SequenceOffsets(lengths: lengths)
        let bytes = AlignedBuffer<UInt8>(count: 2 * sequences.steps)
        for index in 0..<bytes.count { bytes.view[index] = UInt8(index + 1) }
        return FeatureMatrix(bytes: bytes, sampleShape: [2], scale: scale).asSteps(of: sequences)
    }

    private func gathered(_ matrix: FeatureMatrix, _ rows: [Int], steps: Int) -> [Float] {
        let buffer = FloatBuffer(count: rows.count * steps * 2)
        buffer.view.pointer.update(repeating: -1)
        matrix.gather(rows[...], steps: steps, into: buffer.view)
        return buffer.array
    }

    @Test func theSampleShapeIsThatOfTheLongest() {
        let matrix = matrix()
        #expect(matrix.rows == 4 && matrix.sampleShape == [3, 2] && matrix.width == 6)
        #expect(matrix.offsets == [0, 2, 2, 5, 6] && matrix.lengths == Self.lengths)
        #expect((0..<4).map(matrix.length) == Self.lengths)
        #expect(matrix.byteCount == 12)
        #expect(matrix.ranges.overall == 1...12)
        #expect(matrix.computedRanges(perFeature: false).overall == 1...12)
    }

    @Test func zerosFollowTheEndOfEachSequence() {
        let matrix = matrix(scale: 0.5)
        #expect(gathered(matrix, [3, 0], steps: 2) == [5.5, 6, 0, 0, 0.5, 1, 1.5, 2])
        #expect(gathered(matrix, [1], steps: 3) == [0, 0, 0, 0, 0, 0])
        #expect(gathered(matrix, [2, 3], steps: 4) == [2.5, 3, 3.5, 4, 4.5, 5, 0, 0, 5.5, 6, 0, 0, 0, 0, 0, 0])
        #expect(matrix.values([1, 2]) == [0, 0, 0, 0, 0, 0, 2.5, 3, 3.5, 4, 4.5, 5])
    }

    @Test func sequencesOfEqualLengthNeedNoOffsets() {
        let matrix = matrix([2, 2, 2])
        #expect(matrix.offsets == nil && matrix.lengths == nil && matrix.sampleShape == [2, 2] && matrix.rows == 3)
        #expect(matrix.length(of: 1) == 2)
        #expect(matrix.values([1]) == [5, 6, 7, 8])
        #expect(gathered(matrix, [1], steps: 3) == [5, 6, 7, 8, 0, 0])
    }

    @Test func sequencesAreAllEmpty() {
        let matrix = matrix([0, 0])
        #expect(matrix.rows == 2 && matrix.sampleShape == [1, 2] && matrix.lengths == [0, 0])
        #expect(matrix.values([0, 1]) == [0, 0, 0, 0])
        #expect(matrix.computedRanges(perFeature: false).overall == nil)
    }

    @Test func pickedSequencesStayWhole() {
        let picked = matrix().picking(rows: RowSelection([0, 1, 3], of: 4), order: nil)
        #expect(picked.offsets == [0, 2, 2, 3] && picked.sampleShape == [2, 2])
        #expect(picked.values([0, 1, 2]) == [1, 2, 3, 4, 0, 0, 0, 0, 11, 12, 0, 0])
        let turned = matrix().picking(rows: RowSelection([2], of: 4), order: [1, 0])
        #expect(turned.sampleShape == [3, 2] && turned.values([0]) == [6, 5, 8, 7, 10, 9])
    }

    @Test func anotherProcessAttachesThem() throws {
        let picked = matrix().picking(rows: nil, order: nil)
        let attached = try #require(FeatureMatrix(picked.description))
        #expect(attached.offsets == [0, 2, 2, 5, 6] && attached.sampleShape == [3, 2])
        #expect(attached.values([0, 1, 2, 3]) == picked.values([0, 1, 2, 3]))
        withExtendedLifetime(picked) {}
    }

    // MARK: Offsets

    @Test func stepsBelongToSequences() {
        let sequences = SequenceOffsets([0, 2, 2, 5, 6, 6])
        #expect((0..<6).map(sequences.sequence) == [0, 0, 2, 2, 2, 3])
        #expect(sequences.number(ofStep: 4) == RowNumber(2, step: 2))
        #expect("\(sequences.number(ofStep: 4))" == "2 step 2" && "\(RowNumber(7))" == "7")
        #expect(sequences.steps(of: RowSelection([1, 2, 4], of: 5))?.indices == [2, 3, 4])
        #expect(sequences.selecting(RowSelection([0, 3], of: 5)).offsets == [0, 2, 3])
        #expect(SequenceOffsets([0, 0, 1]).sequence(ofStep: 0) == 1)
    }
}
