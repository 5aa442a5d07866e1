import DurableFiles
import Foundation
import HDF5
import Kernels
import Runs
import TestSupport
import Testing

@testable import Interchange
@testable import KerasNetworks
@testable import PortableNetworks

/// What is written is read back; Fixtures/check_keras.py lets Keras itself compute it.
@Suite struct KerasExportTests {
    /// Calls `body` with the path of a file.
    private func withFile<Result>(_ exported: Exported, _ body: (String) throws -> Result) throws -> Result {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/a.keras"
        try replaceFile(path, with: exported.file)
        return try body(path)
    }

    @Test(arguments: KerasCase.all) func networksComeBack(_ example: KerasCase) throws {
        let checkpoint = try example.checkpoint()
        let portable = PortableNetwork(checkpoint)
        for (exported, name) in [(try kerasArchive(portable), "archive"), (try kerasH5(portable), "legacy")] {
            #expect(exported.notes == (example.hasLengths ? [.lengthsAreInput("mask")] : []))
            let found = try withFile(exported) { try kerasNetwork(file: $0).checkpoint(task: nil) }
            let samples = example.samples()
            let (own, theirs) = (try checkpoint.outputs(of: samples), try found.outputs(of: samples))
            #expect(own.count == theirs.count)
            for (own, theirs) in zip(own, theirs) { #expect(abs(own - theirs) <= 1e-5 * max(1, abs(own)), "\(name)") }
            guard example.keepsParameters, !example.standardizesTargets else { continue }
            #expect(values(of: found) == values(of: checkpoint), "\(name)")
        }
    }

    /// Files with weights alone, as Keras's own `save_weights` writes them, are those in the archive.
    @Test(arguments: KerasCase.all.filter(\.keepsParameters)) func weightsComeBack(_ example: KerasCase) throws {
        let checkpoint = try example.checkpoint()
        let portable = PortableNetwork(checkpoint)
        for exported in [try kerasArchive(portable), try kerasH5(portable)] {
            let parameters = try withFile(exported) { try kerasWeights(file: $0, like: checkpoint) }
            // Measurements go to the unit of the data and back.
            let tolerance: Float = example.standardizesTargets ? 1e-5 : 0
            let found = Checkpoint(
                model: checkpoint.model, fingerprint: checkpoint.fingerprint, progress: checkpoint.progress,
                history: [],
                parameters: parameters, slots: [])
            for (own, theirs) in zip(values(of: checkpoint), values(of: found)) {
                #expect(zip(own, theirs).allSatisfy { abs($0 - $1) <= tolerance })
            }
        }
    }

    private func values(of checkpoint: Checkpoint) -> [[Float]] {
        withExtendedLifetime(checkpoint) {
            checkpoint.model.network.layout.all.map { checkpoint.parameters.view.slice($0).array }
        }
    }

    @Test func equalNetworksMakeEqualFiles() throws {
        let portable = PortableNetwork(try KerasCase.all[0].checkpoint())
        #expect(try kerasArchive(portable).file == kerasArchive(portable).file)
        #expect(try kerasH5(portable).file == kerasH5(portable).file)
    }

    @Test func whatTheFormatHasNotIsSaid() throws {
        func expect(
            _ words: String, _ shape: [Int], _ axes: String?, hasLengths: Bool = false, _ layer: String,
            _ problem: ExportError.Problem
        ) throws {
            let example = KerasCase(name: "", words: words, shape: shape, axes: axes, hasLengths: hasLengths)
            let portable = PortableNetwork(try example.checkpoint())
            #expect(throws: ExportError(format: .keras, layer: layer, problem: problem, nearest: .onnx)) {
                try kerasArchive(portable)
            }
            #expect(throws: ExportError(format: .kerasH5, layer: layer, problem: problem, nearest: .onnx)) {
                try kerasH5(portable)
            }
        }
        try expect("4, 4 activation=gelu-tanh", [3], nil, "dense2", .activation(.geluTanh))
        try expect("activation sign", [3], nil, "activation1", .activation(.sign))
        try expect("conv 4 3, max-pool 3 pad=1 stride=2", [8, 8, 1], "HWC", "max-pool1", .paddedPool)
        try expect("average-pool 3 pad=1 stride=2", [8, 8, 1], "HWC", "average-pool1", .paddedPool)
        try expect(
            "average-pool 3 pad=1 stride=2 ceil=yes padding=counted", [8, 8, 1], "HWC", "average-pool1", .roundedUpMean)
        try expect("conv 4 3, lstm 3", [8, 2], "TC", hasLengths: true, "conv1", .readsPadding)
        try expect(
            "max-pool 2 stride=1, global-average-pool", [8, 2], "TC", hasLengths: true, "max-pool1", .readsPadding)
    }

    @Test func scalingsOfTinyNumbersKeepTheirDigits() throws {
        let scaling = InputScaling(shape: [2], shift: [3e-12, 1e-12], factor: [1e12, 2e12])
        let layers = scaling.kerasLayers(inputShape: [2])
        #expect(layers.map(\.0) == ["Rescaling", "Normalization"])
        #expect(layers[0].1[0].1 == .number(0x1p40))
        #expect(layers[1].1[1].1 == .array([.number(3e-12 * 0x1p40), .number(1e-12 * 0x1p40)]))
    }
}
