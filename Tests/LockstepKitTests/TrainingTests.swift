import DatasetFiles
import Foundation
import HDF5
import LockstepKit
import RunSettings
import Runs
import Testing

/// Training on arrays in memory with `LockstepKit`.
@Suite struct TrainingTests {
    private let features: [[Float]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("kit-\(UUID()).h5").path

    @Test func exclusiveOrIsLearned() throws {
        var epochs: [Epoch] = []
        let network = try train(
            features: features, classes: [0, 1, 1, 0], classNames: ["false", "true"],
            settings: ["layers": "8", "epochs": "300", "batchSize": "4"]
        ) { epochs.append($0) }
        #expect(epochs.map(\.number) == Array(1...300) && epochs.map(\.step) == Array(1...300))
        #expect(try #require(epochs.last).loss < 0.1 && epochs.last?.accuracy == 1)
        #expect(try network.predictClasses(features) == [0, 1, 1, 0])
        let sums = try network.predict(features).map { $0.reduce(0, +) }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
        #expect(network.inputs == 2 && network.outputNames == ["false", "true"])
    }

    @Test func aSavedNetworkIsTheSame() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let network = try train(features: features, targets: [[0], [1], [1], [2]], settings: ["layers": "4"])
        try network.save(path)
        let loaded = try TrainedNetwork(checkpoint: path)
        let (found, expected) = (try loaded.predict(features), try network.predict(features))
        #expect(found == expected)
    }

    @Test func targetsAreMeasurementsEvenIfTheyAreWhole() throws {
        let network = try train(features: features, targets: [[0], [1], [1], [2]], settings: ["layers": "4"])
        #expect(network.outputs == 1 && network.outputNames == ["output1"])
        #expect(throws: LockstepError.self) { try network.predictClasses(features) }
    }

    @Test func targetsOf0And1HaveOneOutputEach() throws {
        let settings: Settings = ["layers": "8", "epochs": "300", "batchSize": "4"]
        let one = try train(features: features, targets: [[0], [1], [1], [1]], settings: settings)
        #expect(one.outputs == 1)
        #expect(try one.predictClasses(features) == [0, 1, 1, 1])
        let two = try train(features: features, targets: [[0, 0], [1, 0], [1, 0], [0, 1]], settings: settings)
        #expect(two.outputs == 2)
        #expect(try two.predict(features).map { $0.map { $0.rounded() } } == [[0, 0], [1, 0], [1, 0], [0, 1]])
    }

    /// A run of the command with the same settings and the same data in a file.
    @Test func arraysAndFilesGiveTheSameBits() throws {
        let run = path + "-run"
        defer { for path in [path, run] { try? FileManager.default.removeItem(atPath: path) } }
        let rows: [[Float]] = (0..<203).map { row in
            (0..<5).map { column in Float((row * 7 + column * 13) % 31) / 31 }
        }
        let classes = rows.map { $0[0] > 0.5 ? 1 : 0 }
        let settings: Settings = ["layers": "6", "batchSize": "20", "epochs": "3", "dropout": "0.2", "seed": "5"]
        let network = try train(features: rows, classes: classes, settings: settings)
        try network.save(path + ".checkpoint")
        defer { try? FileManager.default.removeItem(atPath: path + ".checkpoint") }

        try replaceHDF5File(path) { root in
            try root.createDataset("train/features", of: Float.self, shape: [203, 5]).write(rows.flatMap { $0 })
            try root.createDataset("train/labels", of: Int32.self, shape: [203]).write(classes.map(Int32.init))
        }
        var configuration = Configuration()
        for (name, value) in settings { try configuration.specify(#require(Setting.named(name)), value) }
        configuration.data = path
        _ = try TrainingRun.begin(configuration, in: RunDirectory(run)) { _ in }.run()
        let checkpoints = try [path + ".checkpoint", RunDirectory(run).newestPath()].map { try CheckpointFile.read($0) }
        #expect(checkpoints[0].valuesDigest == checkpoints[1].valuesDigest)
    }

    @Test func invalidArgumentsAreErrors() {
        func expect(
            _ kind: LockstepError.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ body: () throws -> Void
        ) {
            let error = #expect(throws: LockstepError.self, sourceLocation: sourceLocation, performing: body)
            #expect(error?.description == words, sourceLocation: sourceLocation)
            #expect(error?.kind == kind, sourceLocation: sourceLocation)
        }
        expect(.badData, "sample 1 has 1 numbers, not 2") { _ = try train(features: [[1, 2], [3]], classes: [0, 1]) }
        expect(.badData, "sample 0: number 1 is nan") { _ = try train(features: [[1, .nan]], classes: [0]) }
        expect(.badData, "the labels are 1, the samples 2") { _ = try train(features: [[1], [2]], classes: [0]) }
        expect(.badData, "there are no samples, or they have no numbers") { _ = try train(features: [], classes: []) }
        expect(.usage, "epochs must be at least 1 (got 0)") {
            _ = try train(features: features, classes: [0, 1, 1, 0], settings: ["epochs": "0"])
        }
        expect(.usage, "keep is a setting of runs in directories, and has no meaning here") {
            _ = try train(features: features, classes: [0, 1, 1, 0], settings: ["keep": "2"])
        }
        expect(.noInput, "nowhere.h5: no such file") { _ = try TrainedNetwork(checkpoint: "nowhere.h5") }
        expect(.usage, "this network does not tell classes apart; predict gives its numbers") {
            _ = try train(features: features, targets: [[0], [1.5], [1], [2]], settings: ["layers": "none"])
                .predictClasses(features)
        }
    }

    @Test func aFunctionIsMinimised() throws {
        let path = try minimise(from: [1], steps: 3, settings: ["learningRate": "0.5"], isUnitLength: true) {
            $0[0] * $0[0]
        }
        #expect(path == [[1], [0.5], [0], [0]])
        let adam = try minimise(from: [3, -2], steps: 2000, settings: ["optimizer": "adam", "learningRate": "0.05"]) {
            ($0[0] - 1) * ($0[0] - 1) + 3 * $0[1] * $0[1]
        }
        #expect(try abs(#require(adam.last)[0] - 1) < 1e-3)
    }
}
