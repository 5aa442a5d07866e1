import Foundation
import HDF5
import Kernels
import Layers
import Networks
import Testing

/// Convolutions and pools against PyTorch's, which Fixtures/record_windows.py recorded in Double.
@Suite struct PyTorchWindowTests {
    @Test func outputsLossAndGradientsAreTheRecorded() throws {
        let path = try #require(Bundle.module.url(forResource: "windows", withExtension: "h5")).path
        let root = try File.open(path).root
        let names = try root.members().map(\.name)
        #expect(names.count == 26)
        for name in names { try RecordedNetwork.inWords(root.group(name)).expectOutputsLossAndGradients() }
    }
}
