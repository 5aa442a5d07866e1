import Foundation
import HDF5
import Kernels
import Layers
import Networks
import Testing

/// Recurrent layers against Keras's, also of masked steps, which Fixtures/record_keras_recurrent.py recorded in Double.
@Suite struct KerasRecurrentTests {
    @Test func outputsLossAndGradientsAreTheRecorded() throws {
        let path = try #require(Bundle.module.url(forResource: "keras-recurrent", withExtension: "h5")).path
        let root = try File.open(path).root
        let names = try root.members().map(\.name)
        #expect(names.count == 23)
        for name in names {
            try RecordedNetwork.inWords(root.group(name)).expectOutputsLossAndGradients()
        }
    }
}
