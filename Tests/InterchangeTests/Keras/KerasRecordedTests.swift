import Datasets
import Foundation
import HDF5
import Kernels
import Runs
import Testing

@testable import Interchange
@testable import KerasNetworks
@testable import PortableNetworks

/// Networks that Keras itself has written and computed; Fixtures/record_keras.py made them.
enum KerasRecording {
    static func path(_ name: String) throws -> String {
        let parts = name.split(separator: ".", maxSplits: 1)
        let url = Bundle.module.url(forResource: String(parts[0]), withExtension: String(parts[1]))
        return try #require(url).path(percentEncoded: false)
    }

    /// The largest distance of a network's outputs from those that Keras recorded, relative to values above 1.
    static func difference(_ checkpoint: Checkpoint, _ name: String) throws -> Float {
        let group = try File.open(path("keras-recorded.data")).root.group(name)
        let (inputs, outputs) = (try group.dataset("inputs"), try group.dataset("outputs").read(as: Float.self))
        let lengths =
            try group.contains("lengths") ? group.dataset("lengths").read(as: Int64.self).map { Int($0) } : nil
        let samples = KerasCase.Samples(
            rows: inputs.shape[0], values: try inputs.read(as: Float.self), lengths: lengths)
        let own = try checkpoint.outputs(of: samples)
        #expect(own.count == outputs.count)
        return zip(own, outputs).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
    }
}

@Suite struct KerasRecordedTests {
    @Test(arguments: [
        "dense.keras", "image.h5", "convolution.keras", "text.keras", "series.h5", "keras2.h5", "lengths.keras",
    ])
    func predictionsAreKeras(_ file: String) throws {
        let name = file == "keras2.h5" ? "series" : String(file.prefix { $0 != "." })
        let network = try kerasNetwork(file: KerasRecording.path(file))
        #expect(network.hasLengths == (name == "lengths"))
        #expect(try KerasRecording.difference(network.checkpoint(task: nil), name) <= 1e-5)
    }

    @Test func wordsSayTheNetwork() throws {
        func words(_ file: String) throws -> String {
            try kerasNetwork(file: KerasRecording.path(file)).checkpoint(task: nil).model.configuration.layers.shortText
        }
        #expect(
            try words("dense.keras")
                == "7, dropout 0.2, dense 5 activation=leaky-relu, dense 4 activation=elu bias=no"
        )
        #expect(
            try words("lengths.keras")
                == """
                lstm 4 bidirectional=yes returns=sequence, dense 4 activation=tanh, gru 3 returns=mean
                """)
    }

    @Test func weightsAloneFitACheckpoint() throws {
        let whole = try kerasNetwork(file: KerasRecording.path("text.keras")).checkpoint(task: nil)
        let empty = Checkpoint(
            model: whole.model, fingerprint: whole.fingerprint, progress: whole.progress, history: [],
            parameters: whole.model.network.initialParameters(seed: 1), slots: [])
        let parameters = try kerasWeights(file: KerasRecording.path("text.weights.h5"), like: empty)
        #expect(parameters.values == whole.parameters.values)
        #expect(throws: ModelImportError.self) { try kerasNetwork(file: KerasRecording.path("text.weights.h5")) }
    }
}
