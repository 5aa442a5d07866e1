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
        for name in names {
            let group = try root.group(name)
            let words = try group.readString("layers")
            let network = try Network(
                inputShape: Array(group.dataset("features").shape.dropFirst()), axes: group.readString("axes"),
                items: NetworkReader.all.items(of: words), activation: .tanh,
                objective: Objective(
                    loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3))
            try RecordedNetwork(group, network).expectOutputsLossAndGradients()
        }
    }
}
