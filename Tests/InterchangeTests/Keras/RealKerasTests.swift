import DurableFiles
import Foundation
import HDF5
import Runs
import Testing

@testable import Interchange
@testable import KerasNetworks
@testable import PortableNetworks

/// Writes networks of every kind of layer, and what they make of samples, into the folder that KERAS_OUTPUT names, for
/// Fixtures/check_keras.py:
///
///     KERAS_OUTPUT=/tmp/keras swift test --filter RealKerasTests
///     KERAS_BACKEND=jax python3 check_keras.py /tmp/keras
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KERAS_OUTPUT"] != nil)) struct RealKerasTests {
    @Test(arguments: KerasCase.all) func writes(_ example: KerasCase) throws {
        let folder = try #require(ProcessInfo.processInfo.environment["KERAS_OUTPUT"])
        try createDirectories(folder)
        let checkpoint = try example.checkpoint()
        let portable = PortableNetwork(checkpoint)
        try replaceFile("\(folder)/\(example.name).keras", with: kerasArchive(portable).file)
        try replaceFile("\(folder)/\(example.name).h5", with: kerasH5(portable).file)
        let samples = example.samples()
        let outputs = try checkpoint.outputs(of: samples)
        let file = try File.create("\(folder)/\(example.name).data")
        func write(_ name: String, _ shape: [Int], _ values: [Float]) throws {
            try file.root.createDataset(name, of: Float.self, shape: shape).write(values)
        }
        try write("inputs", [samples.rows] + example.shape, samples.values)
        if let lengths = samples.lengths { try write("lengths", [samples.rows], lengths.map(Float.init)) }
        try write("outputs", [outputs.count / example.outputs, example.outputs], outputs)
        try file.close()
    }
}
