import Datasets
import Foundation
import Kernels
import Models
import Networks
import Optimizers
import RunSettings
import Runs
import Stepping
import TestSupport
import Testing

/// The trained bits do not depend on the number of workers.
@Suite struct WorkerCountTests {
    /// More than two epochs, so that both sizes of minibatch occur twice.
    static let steps = 16

    private static func named(_ names: String...) -> [Settings] {
        (all + weighted + words + leaves).filter { names.contains($0.name) }
    }

    @Test(arguments: all + weighted + activations + optimizers + words + leaves + sequences)
    func anyNumberOfWorkersGivesTheSameBits(settings: Settings) throws {
        let example = try Self.example(settings)
        func end(_ workerCount: Int) throws -> (losses: [UInt64], bits: [[UInt32]], progress: TrainingProgress) {
            let trainer = try example.trainer(workerCount: workerCount, microbatchSize: settings.microbatchSize)
            let losses = try (0..<Self.steps).map { _ in try trainer.step().bitPattern }
            return (losses, trainer.bits, trainer.progress)
        }
        let alone = try end(1)
        let initial = example.parameters()
        #expect(alone.bits[0] != initial.array.map(\.bitPattern))
        for workerCount in [1, 2, 3, 5, 8, 16] {
            let together = try end(workerCount)
            #expect(together.losses == alone.losses, "\(workerCount) workers")
            #expect(together.bits == alone.bits, "\(workerCount) workers")
            #expect(together.progress == alone.progress, "\(workerCount) workers")
        }
    }

    /// A sample's dropout mask does not depend on how its minibatch is cut. Then the losses differ by the order of
    /// their sums alone, while other masks would change them by some hundredths.
    @Test func theCutOfAMinibatchHasNoPartInItsDropout() throws {
        func firstLoss(shards: Int, microbatchSize: Int? = nil, leaves: Int = 1) throws -> Double {
            let settings = Settings(name: "") {
                ($0.dropout, $0.batchSize, $0.shards, $0.leaves) = (0.5, 128, shards, leaves)
            }
            return try Self.example(settings).trainer(workerCount: 2, microbatchSize: microbatchSize).step()
        }
        let whole = try firstLoss(shards: 1)
        for (shards, microbatchSize, leaves) in [
            (5, nil, 1), (1, 12, 1), (5, 7, 1), (1, nil, 4), (3, 64, 2), (2, 12, 4),
        ] {
            let loss = try firstLoss(shards: shards, microbatchSize: microbatchSize, leaves: leaves)
            #expect(
                abs(loss - whole) < 1e-5, "\(shards) shards, microbatches of \(microbatchSize ?? 128), \(leaves) leaves"
            )
        }
    }

    /// Another seed, size of minibatches or dropout rate gives other bits.
    @Test func seedAndMinibatchesDecideTheBits() throws {
        func end(_ set: @escaping @Sendable (inout Configuration) -> Void) throws -> [[UInt32]] {
            let settings = Settings(name: "", set: set)
            let example = try Self.example(settings)
            let trainer = try example.trainer(workerCount: 2)
            for _ in 0..<Self.steps { try trainer.step() }
            return trainer.bits
        }
        let plain = try end { _ in }
        #expect(try end { _ in } == plain)
        #expect(try end { $0.seed = 1 } != plain)
        #expect(try end { $0.batchSize = 31 } != plain)
        #expect(try end { $0.dropout = 0.3 } != plain)
    }

    /// Resumes after every step, within an epoch and between two, with another number of workers. So what a larger
    /// minibatch left in the workspaces does not matter to a smaller one.
    @Test(
        arguments: named(
            "five shards", "bfloat16, odd shards", "microbatches", "warm-up and cosine", "dropout", "moving average",
            "weighted microbatches", "residual with dropout", "frozen layers", "frozen blocks, LAMB, clipped, average",
            "four leaves", "eight leaves, cut", "four leaves in groups of two, clipped", "two leaves, LAMB, cut",
            "batch normalisation of images, accumulated, LAMB, average",
            "batch normalisation of groups of bfloat16, dropout")
            + optimizers + sequences)
    func aTrainerThatGoesOnFromAnothersStateEndsWithTheSameBits(settings: Settings) throws {
        let example = try Self.example(settings)
        func copy(_ buffer: FloatBuffer) -> FloatBuffer {
            let copy = FloatBuffer(count: buffer.count)
            copy.view.copy(from: buffer.view)
            return copy
        }
        let first = try example.trainer(workerCount: 2, microbatchSize: settings.microbatchSize)
        var resumed: [Trainer] = []
        for step in 0..<Self.steps {
            let slots = first.namedSlots.map { ($0.name, copy($0.values)) }
            try resumed.append(
                Trainer(
                    network: example.network, samples: example.samples,
                    recipe: example.recipe(microbatchSize: settings.microbatchSize), workerCount: 1 + step % 3,
                    parameters: copy(first.store.parameters),
                    slots: Dictionary(uniqueKeysWithValues: slots), progress: first.progress))
            try first.step()
        }
        for (step, trainer) in resumed.enumerated() {
            for _ in step..<Self.steps { try trainer.step() }
            #expect(trainer.bits == first.bits, "resumed after step \(step)")
            #expect(trainer.progress == first.progress, "resumed after step \(step)")
        }
    }

    /// Batches of steps, across the ends of epochs, and with workers left out.
    @Test(
        arguments: named(
            "five shards", "no hidden layer", "bfloat16, odd shards", "microbatches", "warm-up and cosine", "dropout",
            "weighted microbatches", "residual with dropout", "frozen layers", "frozen blocks, LAMB, clipped, average",
            "four leaves", "eight leaves, cut", "four leaves in groups of two, clipped", "two leaves, LAMB, cut"))
    func stepsTakenTogetherAreThoseTakenOneByOne(settings: Settings) throws {
        let example = try Self.example(settings)
        let single = try example.trainer(workerCount: 2, microbatchSize: settings.microbatchSize)
        for _ in 0..<Self.steps { try single.step() }
        for (most, spared) in [(2, 0), (3, 1), (5, 2), (100, 7)] {
            let together = try example.trainer(workerCount: 3, microbatchSize: settings.microbatchSize)
            while together.progress.step < Self.steps {
                try together.steps(atMost: min(most, Self.steps - together.progress.step), sparing: spared)
            }
            #expect(together.bits == single.bits, "\(most) at a time")
            #expect(together.progress == single.progress, "\(most) at a time")
        }
    }

    /// A stop at any time leaves the parameters after the last whole step.
    @Test(arguments: named("five shards", "microbatches", "four leaves", "eight leaves, cut"))
    func aStopLeavesWholeSteps(settings: Settings) throws {
        let example = try Self.example(settings)
        for delay in [0.0, 0.0001, 0.0003, 0.001] {
            let interruption = Interruption()
            let stopped = try example.trainer(
                workerCount: 2, microbatchSize: settings.microbatchSize, interruption: interruption)
            let stopper = Thread {
                Thread.sleep(forTimeInterval: delay)
                interruption.requestStop()
            }
            stopper.start()
            #expect(throws: Interrupted.self) { while true { try stopped.steps(atMost: 100) } }
            let whole = try example.trainer(workerCount: 1, microbatchSize: settings.microbatchSize)
            for _ in 0..<stopped.progress.step { try whole.step() }
            #expect(stopped.bits == whole.bits, "stopped after step \(whole.progress.step)")
            #expect(stopped.progress == whole.progress)
        }
    }

    @Test(arguments: [nil, 12])
    func aLossThatIsNotFiniteStopsTrainingBeforeTheParametersChange(microbatchSize: Int?) throws {
        let example = try TrainingCase(
            .measurements, samples: 203, width: 20,
            configuration: Self.configuration(
                Settings(name: "") { ($0.learningRate, $0.activation, $0.momentum) = (1e6, .identity, 0) }))
        let trainer = try example.trainer(workerCount: 3, microbatchSize: microbatchSize)
        var before = trainer.bits
        let error = #expect(throws: DivergenceError.self) {
            while trainer.progress.step < 1000 {
                before = trainer.bits
                try trainer.step()
            }
        }
        guard case .diverged(let step, let layer, let learningRate) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(step == trainer.progress.step + 1 && layer == nil && learningRate == 1e6)
        #expect(trainer.bits == before)
    }
}
