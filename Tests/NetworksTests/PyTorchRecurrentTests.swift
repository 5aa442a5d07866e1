import Foundation
import HDF5
import Kernels
import Layers
import Networks
import Testing

/// Recurrent layers against PyTorch's, which Fixtures/record_recurrent.py recorded in Double.
@Suite struct PyTorchRecurrentTests {
    @Test func outputsLossAndGradientsAreTheRecorded() throws {
        let path = try #require(Bundle.module.url(forResource: "recurrent", withExtension: "h5")).path
        let root = try File.open(path).root
        let names = try root.members().map(\.name)
        #expect(names.count == 12)
        for name in names {
            try RecordedNetwork.inWords(root.group(name)).expectOutputsLossAndGradients()
        }
    }
}
