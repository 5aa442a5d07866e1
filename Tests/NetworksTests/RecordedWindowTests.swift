import Foundation
import HDF5
import Kernels
import Layers
import Networks
import Testing

/// Convolutions and pools against those of PyTorch and Keras, which the scripts in Fixtures recorded in Double.
@Suite struct RecordedWindowTests {
    private static let recordings = [
        ("windows", "record_windows.py", 26), ("transposed", "record_transposed.py", 16),
        ("keras-same", "record_keras_same.py", 38),
    ]

    @Test(arguments: recordings)
    func outputsLossAndGradientsAreTheRecorded(file: String, script: String, count: Int) throws {
        let path = try #require(Bundle.module.url(forResource: file, withExtension: "h5")).path
        let root = try File.open(path).root
        let names = try root.members().map(\.name)
        #expect(names.count == count, "\(script)")
        for name in names {
            try RecordedNetwork.inWords(root.group(name), flattens: true).expectOutputsLossAndGradients()
        }
    }
}
