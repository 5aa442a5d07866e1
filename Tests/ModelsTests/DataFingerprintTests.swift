import Datasets
import Kernels
import Models
import Testing

@Suite struct DataFingerprintTests {
    /// Three samples of two features.
    private func fingerprint(weights: [Float]?) -> DataFingerprint {
        let (features, ids) = (FloatBuffer(count: 6), AlignedBuffer<Int32>(count: 3))
        let buffer = weights.map { weights in
            let buffer = FloatBuffer(count: weights.count)
            _ = buffer.view.pointer.update(fromContentsOf: weights)
            return buffer
        }
        let samples = Samples(
            features: FeatureMatrix(floats: features, sampleShape: [2]), targets: .classes(ids), weights: buffer)
        return DataFingerprint([(.train, samples)])
    }

    /// The same three steps of one channel, cut in two ways.
    @Test func otherLengthsAreOtherData() {
        func fingerprint(_ offsets: [Int]) -> DataFingerprint {
            let features = FeatureMatrix(
                .floats(FloatBuffer(count: 3)), sampleShape: [2, 1], scale: 1, offset: 0,
                sequences: SequenceOffsets(offsets))
            return DataFingerprint([
                (.train, Samples(features: features, targets: .classes(AlignedBuffer<Int32>(count: 2))))
            ])
        }
        #expect(fingerprint([0, 1, 3]) == fingerprint([0, 1, 3]))
        #expect(fingerprint([0, 1, 3]).firstDifference(from: fingerprint([0, 2, 3])) == .train)
    }

    /// So a run does not resume with other weights.
    @Test func otherWeightsAreOtherData() {
        let (none, ones) = (fingerprint(weights: nil), fingerprint(weights: [1, 1, 1]))
        #expect(none == fingerprint(weights: nil) && ones == fingerprint(weights: [1, 1, 1]))
        #expect(none.firstDifference(from: ones) == .train)
        #expect(ones.firstDifference(from: fingerprint(weights: [1, 1, 2])) == .train)
    }
}
