import Foundation
import Kernels
import Models
import Splits
import Stepping

/// Repeats the training from one checkpoint of a run to the next, and compares the result bit for bit.
package struct Verification: Sendable {
    package enum Verdict: Sendable, Equatable {
        /// All values are equal bit for bit.
        case same
        /// The first difference: an object of the checkpoint, `/parameters/dense1/weight`, and the index in it.
        case differs(object: String, element: Int?, recorded: String, replayed: String)
    }

    package let fromStep: Int
    package let toStep: Int
    package let workerCount: Int
    /// The content digest of the later checkpoint.
    package let digest: String
    package let verdict: Verdict

    /// - Parameters:
    ///   - from: the step of the earlier checkpoint; nil for the last but one.
    ///   - workerCount: nil for the default of a training run.
    /// - Throws: `RunError.nothingToVerify` when there are fewer than two checkpoints, `.noSuchCheckpoint`,
    ///   `.dataDiffers`, `.resumeDiffers`, `.impossibleProgress`.
    package init(of directory: RunDirectory, from: Int?, workerCount: Int?) throws {
        let checkpoints = try directory.checkpoints()
        guard try directory.containsRun else { throw RunError.noRun(directory: directory.path) }
        guard checkpoints.count >= 2 else { throw RunError.nothingToVerify(directory: directory.path) }
        let steps = checkpoints.map(\.step)
        guard let start = from.map({ steps.dropLast().firstIndex(of: $0) }) ?? steps.count - 2 else {
            throw RunError.noSuchCheckpoint(directory: directory.path, steps: Array(steps.dropLast()))
        }
        let earlier = try CheckpointFile.read(checkpoints[start].path)
        let (later, digest) = try CheckpointFile.readWithDigest(checkpoints[start + 1].path)

        let data = try TrainingData(
            directory.readConfiguration().completed(by: earlier.model.configuration),
            given: GivenSchema(earlier.model.schema), isSameData: true)
        try data.requireSame(as: earlier, in: directory)
        // A forged step count could make the replay endless.
        try data.requireConsistent(later.progress, in: directory)
        guard later.progress.step == steps[start + 1] else {
            throw RunError.impossibleProgress(directory: directory.path, step: steps[start + 1])
        }
        let workers = workerCount ?? data.model.defaultWorkerCount
        let replayed = try data.replay(from: earlier, to: later, workerCount: workers)

        fromStep = earlier.progress.step
        toStep = later.progress.step
        self.workerCount = workers
        self.digest = digest
        verdict = Self.compare(later, with: replayed)
    }

    /// Compares values rather than digests, which differ between versions of Lockstep.
    private static func compare(_ recorded: Checkpoint, with replayed: Checkpoint) -> Verdict {
        func names(_ checkpoint: Checkpoint) -> [String] { checkpoint.slots.map(\.name).sorted() }
        guard names(recorded) == names(replayed) else {
            return .differs(
                object: "/optimizer", element: nil, recorded: "\(names(recorded))", replayed: "\(names(replayed))")
        }
        let layout = replayed.model.network.layout
        // Slots in a file are sorted by name.
        let slots = recorded.slots.compactMap { slot in
            replayed.slots.first { $0.name == slot.name }
                .map { ("optimizer/\(slot.name)", slot.values, $0.values, layout.all) }
        }
        let parameters = [("parameters", layout.tensors), ("state", layout.statistics)].map {
            ($0, recorded.parameters, replayed.parameters, $1)
        }
        for (name, recorded, now, tensors) in parameters + slots {
            for tensor in tensors {
                let (was, now) = (recorded.view.slice(tensor), now.view.slice(tensor))
                if let element = (0..<tensor.count).first(where: { was[$0].bitPattern != now[$0].bitPattern }) {
                    return .differs(
                        object: "/\(name)/\(tensor.layer)/\(tensor.name)", element: element,
                        recorded: "\(was[element])", replayed: "\(now[element])")
                }
            }
        }
        if recorded.progress != replayed.progress {
            return .differs(
                object: "/progress", element: nil, recorded: "\(recorded.progress)", replayed: "\(replayed.progress)")
        }
        guard recorded.history.count == replayed.history.count else {
            return .differs(
                object: "/history", element: nil, recorded: "of \(recorded.history.count) epochs",
                replayed: "of \(replayed.history.count)")
        }
        for (epoch, (was, now)) in zip(recorded.history, replayed.history).enumerated() {
            for ((name, was), (_, now)) in zip(was.figures, now.figures) where was != now {
                return .differs(object: "/history/\(name)", element: epoch, recorded: "\(was)", replayed: "\(now)")
            }
        }
        if let split = recorded.fingerprint.firstDifference(from: replayed.fingerprint) {
            return .differs(
                object: "/config", element: nil, recorded: "of other \(split) samples", replayed: "of these")
        }
        return .same
    }
}

extension TrainingData {
    /// Trains again from `earlier` to the step of `later`.
    fileprivate func replay(from earlier: Checkpoint, to later: Checkpoint, workerCount: Int) throws -> Checkpoint {
        let inference = try Inference(network: model.network, workerCount: workerCount)
        let trainer = try makeTrainer(
            from: earlier.with(rollbacks: later.progress.rollbacks), workerCount: workerCount, interruption: nil)
        var history = earlier.history
        func finishEpochIfRecorded() throws {
            let isFinished = !trainer.progress.isAtEpochStart || history.last?.step == trainer.progress.step
            // A stopped run may not have evaluated its last epoch.
            if !isFinished, later.history.contains(where: { $0.step == trainer.progress.step }) {
                history.append(try epochMetrics(of: trainer, inference))
            }
        }
        try finishEpochIfRecorded()
        while trainer.progress.step < later.progress.step {
            try trainer.steps(atMost: later.progress.step - trainer.progress.step)
            try finishEpochIfRecorded()
        }
        return Checkpoint(
            model: model, fingerprint: earlier.fingerprint, progress: trainer.progress, history: history,
            parameters: trainer.store.parameters, slots: trainer.namedSlots)
    }
}
