import Datasets
import Foundation
import Kernels
import Runs
import Stepping
import Synchronization
import TestSupport
import Testing

/// Runs the work items of a list one at a time, in random order on random workers, as an adverse scheduler might, and
/// racing threads do once in a long while.
private final class AdverseExecutor: WorkExecutor {
    private let random: Mutex<TestRandom>

    init(seed: UInt64) { random = Mutex(TestRandom(seed: seed)) }

    func run(_ lists: [WorkList], workerCount: Int, interruption: Interruption?) -> WorkOutcome {
        // Each call continues the last one's random numbers.
        var random = random.withLock { $0 }
        defer { self.random.withLock { [random] in $0 = random } }
        for (index, list) in lists.enumerated() {
            var failure: (item: Int, error: any Error)?
            for item in (0..<list.count).shuffled(using: &random) {
                do {
                    if list.isStoppable { try interruption?.check() }
                    try list.body(Int.random(in: 0..<workerCount, using: &random), item)
                } catch {
                    if failure.map({ item < $0.item }) ?? true { failure = (item, error) }
                }
            }
            if let failure { return WorkOutcome(finishedLists: index, error: failure.error) }
        }
        return WorkOutcome(finishedLists: lists.count, error: nil)
    }
}

/// The trained bits, evaluation and outputs depend neither on which worker takes an item, nor on the order of items.
@Suite struct AdverseOrderTests {
    /// A hundred orders; `ADVERSE_ORDERS=1000` asks for more. Without optimization even a hundred take too long.
    #if DEBUG
    private static let seeds: UInt64 = 2
    #else
    private static let seeds = ProcessInfo.processInfo.environment["ADVERSE_ORDERS"].flatMap { UInt64($0) } ?? 100
    #endif

    /// An epoch of seven minibatches, the last one smaller, and one more step; more epochs of larger ones.
    private static let steps = 8

    @Test(
        arguments: WorkerCountTests.all + WorkerCountTests.weighted + WorkerCountTests.activations
            + WorkerCountTests.optimizers + WorkerCountTests.words + WorkerCountTests.leaves)
    func manyOrdersGiveOneDigest(settings: WorkerCountTests.Settings) throws {
        let example = try TrainingCase(
            settings.labels, samples: 203, width: 20, isWeighted: settings.isWeighted,
            configuration: WorkerCountTests.configuration(settings))
        func end(_ executor: any WorkExecutor, workerCount: Int) throws -> (numbers: String, loss: UInt64) {
            let trainer = example.trainer(
                workerCount: workerCount, microbatchSize: settings.microbatchSize, executor: executor)
            let inference = Inference(network: example.network, workerCount: workerCount, executor: executor)
            while trainer.progress.step < Self.steps {
                try trainer.steps(atMost: Self.steps - trainer.progress.step)
            }
            let digest = ValuesDigest()
            for buffer in [trainer.store.parameters] + trainer.namedSlots.map(\.values) { digest.add(buffer.view) }
            let outputs = try inference.outputs(
                of: example.samples.features, parameters: trainer.store.networkParameters)
            digest.add(outputs.view)
            let sum = try inference.evaluate(example.samples, parameters: trainer.store.networkParameters)
            return (digest.text, sum.loss.bitPattern)
        }
        let alone = try end(ConcurrentExecutor(), workerCount: 1)
        for seed in 0..<Self.seeds {
            let adverse = try end(AdverseExecutor(seed: seed), workerCount: 1 + Int(seed % 7))
            guard adverse == alone else {
                Issue.record("seed \(seed)")
                return
            }
        }
    }
}
