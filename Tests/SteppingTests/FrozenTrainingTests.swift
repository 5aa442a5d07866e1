import Kernels
import Models
import Networks
import RunSettings
import Stepping
import TestSupport
import Testing

/// Training of networks with layers that stay as they are, and with rates of layers.
@Suite struct FrozenTrainingTests {
    typealias Settings = WorkerCountTests.Settings

    /// Each with an average.
    static let all = [
        Settings(name: "SGD with momentum and decay") {
            ($0.optimizer, $0.momentum, $0.weightDecay, $0.decayBiases) = (.sgd, 0.9, 0.1, true)
        },
        Settings(name: "SGD with decoupled decay, L1 and max-norm") {
            ($0.optimizer, $0.weightDecay, $0.decoupledDecay) = (.sgd, 0.1, true)
            ($0.l1, $0.maxNorm) = (0.01, 0.5)
        },
        Settings(name: "AdamW") { ($0.optimizer, $0.weightDecay) = (.adamw, 0.1) },
        Settings(name: "LAMB, clipped") { ($0.optimizer, $0.weightDecay, $0.clipNorm) = (.lamb, 0.1, 0.1) },
        Settings(name: "LAMB, clipped, microbatches", microbatchSize: 12) {
            ($0.optimizer, $0.weightDecay, $0.clipNorm) = (.lamb, 0.1, 0.1)
        },
        Settings(name: "AdamW, four leaves", microbatchSize: 64) {
            ($0.optimizer, $0.batchSize, $0.leaves) = (.adamw, 128, 4)
        },
    ]

    @Test(arguments: all)
    func frozenTensorsAndTheirSlotsStayTheSameBytes(settings: Settings) throws {
        var configuration = WorkerCountTests.configuration(settings)
        configuration.layers = items(
            "33 trainable=no, residual [33, dense 70 bias=no] trainable=no, 20, residual [dense 20 trainable=no, 17]")
        configuration.movingAverage = 0.9
        let frozen = ["dense1", "dense2", "dense3", "residual1/project", "dense5"]
        let example = try TrainingCase(.classes, samples: 203, width: 20, configuration: configuration)
        let trainer = try example.trainer(workerCount: 2, microbatchSize: settings.microbatchSize)
        let initial = example.parameters()
        for _ in 0..<10 { try trainer.step() }

        let average = try #require(trainer.store.average)
        func bits(_ buffer: FloatBuffer, _ tensor: ParameterLayout.Tensor) -> [UInt32] {
            buffer.view.slice(tensor).array.map(\.bitPattern)
        }
        #expect(!trainer.store.slots.isEmpty)
        for tensor in example.network.layout.tensors {
            let (before, after) = (bits(initial, tensor), bits(trainer.store.parameters, tensor))
            let isFrozen = frozen.contains(tensor.layer)
            let name = "\(tensor.layer)/\(tensor.name)"
            #expect((after == before) == isFrozen, "\(name)")
            #expect((bits(average, tensor) == after) == isFrozen, "average of \(name)")
            for slot in trainer.store.slots {
                #expect(bits(slot, tensor).allSatisfy { $0 == 0 } == isFrozen, "slot of \(name)")
            }
        }
    }

    /// The gradients of frozen layers have no part in the norm by which the others are clipped: it is that of the
    /// reference's gradients of the output layer alone.
    @Test func theGlobalNormIsThatOfTheTrainedLayers() throws {
        let settings = Settings(name: "") {
            $0.layers = items("33 trainable=no, 17 trainable=no")
            ($0.clipNorm, $0.learningRate, $0.momentum, $0.weightDecay, $0.shuffle) = (0.125, 1, 0, 0, .none)
        }
        let example = try TrainingCase(
            .classes, samples: 203, width: 20, configuration: WorkerCountTests.configuration(settings))
        let rows = example.minibatches(1)[0]
        let gradients = example.network.reference(parameters: example.parameters()).gradients(
            rows.map { example.features[$0] }, rows.map { example.targets[$0] },
            shares: rows.map { _ in 1 / Double(rows.count) })
        func norm(_ tensors: some Sequence<[Double]>) -> Double {
            tensors.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let own = norm(gradients.suffix(2))
        try #require(own > 0.125 && norm(gradients) > 1.1 * own)

        let trainer = try example.trainer(workerCount: 2)
        try trainer.step()
        let moved = zip(example.network.layout.tensors.suffix(2), gradients.suffix(2)).map { tensor, expected in
            let (before, after) = (example.parameters(), trainer.store.parameters)
            return zip(zip(before.view.slice(tensor).array, after.view.slice(tensor).array), expected).map {
                abs(Double($0.0) - Double($0.1) - $1 * 0.125 / own)
            }
        }
        #expect(moved.joined().allSatisfy { $0 <= example.tolerance(steps: 1) })
    }

    /// A rate of 1, also as a product, changes no bit.
    @Test(arguments: all)
    func aRateOf1ChangesNothing(settings: Settings) throws {
        func end(_ layers: String) throws -> [[UInt32]] {
            var configuration = WorkerCountTests.configuration(settings)
            configuration.layers = items(layers)
            let example = try TrainingCase(.classes, samples: 203, width: 20, configuration: configuration)
            let trainer = try example.trainer(workerCount: 2, microbatchSize: settings.microbatchSize)
            for _ in 0..<10 { try trainer.step() }
            return trainer.bits
        }
        let plain = try end("20, residual [20, 20]")
        #expect(try end("20 rate=1, residual [20 rate=4, 20 rate=4] rate=0.25") == plain)
        #expect(try end("20 rate=1, residual [20 rate=4, 20 rate=2] rate=0.25") != plain)
    }

    /// A rate of 0 leaves the parameters, but not the slots.
    @Test func aRateOf0LeavesTheParameters() throws {
        var configuration = WorkerCountTests.configuration(Self.all[0])
        configuration.layers = items("33 rate=0, 17")
        let example = try TrainingCase(.classes, samples: 203, width: 20, configuration: configuration)
        let (trainer, initial) = (try example.trainer(workerCount: 2), example.parameters())
        for _ in 0..<10 { try trainer.step() }
        for tensor in example.network.layout.tensors {
            let isSame = trainer.store.parameters.view.slice(tensor).array == initial.view.slice(tensor).array
            #expect(isSame == (tensor.layer == "dense1"), "\(tensor.layer)/\(tensor.name)")
            #expect(trainer.store.slots[0].view.slice(tensor).array.contains { $0 != 0 })
        }
    }
}
