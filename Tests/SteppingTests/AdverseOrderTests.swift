import Datasets
import Foundation
import Kernels
import Runs
import Stepping
import TestSupport
import Testing

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
            + WorkerCountTests.optimizers + WorkerCountTests.words + WorkerCountTests.leaves
            + WorkerCountTests.sequences)
    func manyOrdersGiveOneDigest(settings: WorkerCountTests.Settings) throws {
        let example = try WorkerCountTests.example(settings)
        func end(_ executor: any WorkExecutor, workerCount: Int) throws -> (numbers: String, loss: UInt64) {
            let trainer = try example.trainer(
                workerCount: workerCount, microbatchSize: settings.microbatchSize, executor: executor)
            let inference = try Inference(network: example.network, workerCount: workerCount, executor: executor)
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
