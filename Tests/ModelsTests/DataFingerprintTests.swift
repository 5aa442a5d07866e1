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

    /// So a run does not resume with other weights.
    @Test func otherWeightsAreOtherData() {
        let (none, ones) = (fingerprint(weights: nil), fingerprint(weights: [1, 1, 1]))
        #expect(none == fingerprint(weights: nil) && ones == fingerprint(weights: [1, 1, 1]))
        #expect(none.firstDifference(from: ones) == .train)
        #expect(ones.firstDifference(from: fingerprint(weights: [1, 1, 2])) == .train)
    }
}
