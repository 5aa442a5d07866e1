import Foundation
import HDF5
import Kernels
import Layers
import Networks
import Testing

/// Normalisations in training against PyTorch's, which Fixtures/record_normalization.py recorded in Double.
@Suite struct PyTorchNormalizationTests {
    @Test func outputsLossAndGradientsAreTheRecorded() throws {
        let path = try #require(Bundle.module.url(forResource: "normalization", withExtension: "h5")).path
        let root = try File.open(path).root
        let names = try root.members().map(\.name)
        #expect(names.count == 10)
        for name in names {
            try RecordedNetwork.inWords(root.group(name), flattens: true).expectOutputsLossAndGradients()
        }
    }
}
