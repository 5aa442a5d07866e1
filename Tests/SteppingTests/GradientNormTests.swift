import Kernels
import Networks
import Optimizers
import RunSettings
import Stepping
import TestSupport
import Testing

/// The norms that a run logs at the end of each epoch.
@Suite struct GradientNormTests {
    /// 37 samples in minibatches of 8 leave a last one of 5.
    private static func example(_ set: (inout Configuration) -> Void = { _ in }) throws -> TrainingCase {
        var configuration = Configuration()
        (configuration.layers, configuration.activation) = ([5, 4], .tanh)
        (configuration.batchSize, configuration.shards, configuration.learningRate) = (8, 3, 0.02)
        (configuration.momentum, configuration.shuffle) = (0, .none)
        set(&configuration)
        return try TrainingCase(.classes, samples: 37, width: 6, configuration: configuration)
    }

    /// The norm of each layer, of its weight and its bias.
    private static func norms(_ tensors: [[Double]]) -> [Double] {
        stride(from: 0, to: tensors.count, by: 2).map { first in
            (tensors[first] + tensors[first + 1]).reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }

    @Test(arguments: [false, true])
    func theNormsAreThoseOfTheReferenceAfterTheLastStepOfAnEpoch(isClipped: Bool) throws {
        let example = try Self.example { if isClipped { $0.clipNorm = 0.01 } }
        let trainer = try example.trainer(workerCount: 2)
        var reference = example.reference()
        let minibatches = example.minibatches(10)
        for (step, rows) in minibatches.enumerated() {
            // The reference does not clip: it takes the trainer's parameters.
            reference.network = example.network.reference(parameters: trainer.store.parameters)
            let gradients = reference.network.gradients(
                rows.map { example.features[$0] }, rows.map { example.targets[$0] },
                shares: rows.map { _ in 1 / Double(rows.count) })
            try trainer.step()
            guard (step + 1).isMultiple(of: 5) else {
                #expect(trainer.gradientNorms == nil, "step \(step + 1)")
                continue
            }
            let found = try #require(trainer.gradientNorms)
            #expect(found.map(\.layer) == ["dense1", "dense2", "output"])
            for (norm, expected) in zip(found.map(\.norm), Self.norms(gradients)) {
                #expect(abs(norm - expected) < example.tolerance(steps: 1))
            }
            let parameters = example.network.reference(parameters: trainer.store.parameters).tensors
            for (norm, expected) in zip(trainer.store.norms, Self.norms(parameters)) {
                #expect(abs(norm.norm - expected) < 1e-12)
            }
        }
    }

    /// Alone, and in batches of steps, with any number of workers.
    @Test(arguments: WorkerCountTests.optimizers + WorkerCountTests.leaves + WorkerCountTests.words)
    func workersDoNotMatter(settings: WorkerCountTests.Settings) throws {
        let example = try WorkerCountTests.example(settings)
        func end(_ workerCount: Int, most: Int) throws -> [LayerNorm] {
            let trainer = try example.trainer(workerCount: workerCount, microbatchSize: settings.microbatchSize)
            while trainer.progress.position.epoch < 1 { try trainer.steps(atMost: most) }
            return try #require(trainer.gradientNorms) + trainer.store.norms
        }
        let alone = try end(1, most: 1)
        #expect(!alone.isEmpty && alone.allSatisfy { $0.norm.isFinite })
        #expect(alone.allSatisfy { norm in alone.count { $0.layer == norm.layer } <= 2 }, "a layer twice")
        for workerCount in [2, 3, 8] { #expect(try end(workerCount, most: 100) == alone, "\(workerCount) workers") }
    }

    /// Each rank knows the norms of all layers, whoever owns their parts.
    @Test(arguments: RankCase.all) func ranksDoNotMatter(settings: RankCase) throws {
        let example = try settings.example()
        @Sendable func end(_ communicator: any Communicator) throws -> String {
            let trainer = try example.trainer(communicator, workerCount: 2)
            while trainer.progress.position.epoch < 1 { try trainer.step() }
            return "\(trainer.gradientNorms.map { $0.map { "\($0.layer) \($0.norm)" } } ?? [])"
        }
        let alone = try end(Alone())
        #expect(try RankTests.ranks(3) { try end($0) }.allSatisfy { $0 == alone })
    }

    @Test func frozenLayersHaveNoGradient() throws {
        let example = try Self.example { $0.layers = items("5 trainable=no, 4") }
        let trainer = try example.trainer(workerCount: 1)
        for _ in 0..<5 { try trainer.step() }
        #expect(trainer.gradientNorms?.map(\.layer) == ["dense2", "output"])
        #expect(trainer.store.norms.map(\.layer) == ["dense1", "dense2", "output"])
    }
}
