import Datasets
import Foundation
import Kernels

/// Replays a stretch of a run from one checkpoint to the next, and compares.
public struct Verification: Sendable {
    public enum Verdict: Sendable, Equatable {
        /// Everything is the same, bit for bit.
        case same
        /// The first thing that differs, in the order of the checkpoint: `/parameters/dense1/weight`, element 17.
        case differs(object: String, element: Int?, recorded: String, replayed: String)
    }

    public let fromStep: Int
    public let toStep: Int
    public let workerCount: Int
    /// The digest of the later checkpoint.
    public let digest: String
    public let verdict: Verdict

    /// - Parameters:
    ///   - from: the step to begin at; nil for the last stretch.
    ///   - workerCount: any; nil for all cores.
    /// - Throws: `TrainingError.nothingToVerify` when there are no two checkpoints, `.noSuchCheckpoint`, `.dataDiffers`.
    public init(of directory: RunDirectory, from: Int?, workerCount: Int?) throws {
        let checkpoints = directory.checkpoints()
        guard directory.holdsRun else { throw TrainingError.noRun(directory: directory.path) }
        guard checkpoints.count >= 2 else { throw TrainingError.nothingToVerify(directory: directory.path) }
        let steps = checkpoints.map(\.step)
        guard let start = from.map({ steps.dropLast().firstIndex(of: $0) }) ?? steps.count - 2 else {
            throw TrainingError.noSuchCheckpoint(directory: directory.path, steps: Array(steps.dropLast()))
        }
        let earlier = try CheckpointFile.read(checkpoints[start].path)
        let later = try CheckpointFile.read(checkpoints[start + 1].path)

        let configuration = try directory.readConfiguration()
        let data = try TrainingData(configuration)
        if let split = earlier.fingerprint.firstDifference(from: data.fingerprint) {
            throw TrainingError.dataDiffers(file: configuration.data, split: split.rawValue, directory: directory.path)
        }
        let workers = workerCount ?? ProcessInfo.processInfo.activeProcessorCount
        let trainer = data.makeTrainer(
            from: earlier.with(rollbacks: later.progress.rollbacks), workerCount: workers, interruption: nil)
        while trainer.progress.step < later.progress.step { try trainer.step() }

        fromStep = earlier.progress.step
        toStep = later.progress.step
        self.workerCount = workers
        digest = try CheckpointFile.digest(checkpoints[start + 1].path)
        verdict = Self.compare(later, with: trainer)
    }

    private static func compare(_ recorded: Checkpoint, with trainer: Trainer) -> Verdict {
        let layout = trainer.store.layout
        let recordedBuffers =
            [("parameters", recorded.parameters)] + recorded.slots.map { ("optimizer/\($0.name)", $0.values) }
        let replayedBuffers = [trainer.store.parameters] + trainer.store.slots
        for ((name, recorded), replayed) in zip(recordedBuffers, replayedBuffers) {
            for tensor in layout.tensors {
                let (was, now) = (recorded.view.slice(tensor), replayed.view.slice(tensor))
                if let element = (0..<tensor.count).first(where: { was[$0].bitPattern != now[$0].bitPattern }) {
                    return .differs(
                        object: "/\(name)/\(tensor.layer)/\(tensor.name)", element: element,
                        recorded: "\(was[element])", replayed: "\(now[element])")
                }
            }
        }
        guard recorded.progress == trainer.progress else {
            return .differs(
                object: "/progress", element: nil, recorded: "\(recorded.progress)", replayed: "\(trainer.progress)")
        }
        return .same
    }
}
