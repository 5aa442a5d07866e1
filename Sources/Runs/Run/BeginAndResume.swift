import Datasets
import Foundation
import Kernels
import Networks
import RunSettings
import Stepping

extension TrainingRun {
    /// Begins a run: reads the data, then makes the directory, config.yaml and the step-0 checkpoint.
    /// - Parameters:
    ///   - replacing: whether a run that is in the directory may be deleted.
    ///   - interruption: through which somebody may ask the run to stop or save.
    /// - Throws: before anything is written, for data and settings that cannot be used; `Interrupted`.
    package static func begin(
        _ configuration: Configuration, in directory: RunDirectory, replacing: Bool = false,
        interruption: Interruption = Interruption(), observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        try begin(
            configuration, in: directory, holding: nil, replacing: replacing, interruption: interruption,
            observe: observe)
    }

    private static func begin(
        _ configuration: Configuration, in directory: RunDirectory, holding held: RunLock?, replacing: Bool,
        interruption: Interruption, observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        func requireFree() throws {
            if try directory.holdsRun && !replacing { throw RunError.runExists(directory: directory.path) }
        }
        try requireFree()
        let data = try TrainingData(configuration, interruption: interruption)
        let network = data.model.network
        let parameters = try data.givenParameters() ?? network.initialParameters(seed: configuration.seed)
        let lock = try held ?? directory.lock()
        // Another process may have begun one meanwhile.
        try requireFree()
        try directory.prepare(replacing: replacing)
        try directory.writeConfiguration(configuration)
        let state = Checkpoint(
            model: data.model, fingerprint: data.fingerprint,
            progress: TrainingProgress(), history: [], parameters: parameters, slots: [])
        let run = TrainingRun(
            configuration, in: directory, lock: lock, data: data, from: state, isNew: true,
            interruption: interruption, observe: observe)
        try run.metrics.append(
            "start",
            [
                ("step", .integer(0)), ("lockstep", .string(lockstepVersion)),
                ("arithmetic", .string(Arithmetic.description)), ("machine", .string(Arithmetic.details)),
                ("data", .string(configuration.data)), ("parameters", .integer(network.layout.parameterCount)),
                ("trainSamples", .integer(data.train.count)),
            ])
        try run.save()
        return run
    }

    /// Goes on from the newest whole checkpoint of the directory.
    /// - Parameter configuration: that of the run; what shapes the bits must be as it was.
    /// - Throws: `RunError.resumeDiffers` and `.dataDiffers` naming what is not as it was; `Interrupted`.
    package static func resume(
        _ configuration: Configuration, in directory: RunDirectory, interruption: Interruption = Interruption(),
        observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        guard try directory.holdsRun else { throw RunError.noRun(directory: directory.path) }
        let lock = try directory.lock()
        guard try !directory.checkpoints().isEmpty else {
            guard try !directory.metrics.speaksOfCheckpoints else {
                throw RunError.checkpointsAreGone(directory: directory.path)
            }
            // Killed before its first checkpoint: nothing is lost by starting over.
            return try begin(
                configuration, in: directory, holding: lock, replacing: true, interruption: interruption,
                observe: observe)
        }
        try directory.removeTemporaries()
        let (checkpoint, damaged) = try directory.newestCheckpoint()
        for path in damaged {
            observe(.skippedDamaged(path: path))
            try directory.setAside(path)
        }

        try configuration.requireSaid(asIn: checkpoint.model.configuration, of: directory)
        let former = try directory.holdsConfiguration ? directory.readConfiguration() : nil
        let said = try former.map { try configuration.goingOn(from: $0, in: directory) } ?? configuration
        let configuration = try said.completed(by: checkpoint.model.configuration)
        let data = try TrainingData(configuration, interruption: interruption)
        try data.requireSame(as: checkpoint, in: directory)
        let run = TrainingRun(
            configuration, in: directory, lock: lock, data: data, from: checkpoint, isNew: false,
            interruption: interruption, observe: observe)
        if let was = try run.metrics.arithmetic, was != Arithmetic.description {
            observe(.otherArithmetic(was: was, now: Arithmetic.description))
        }
        try run.writeConfiguration(said, over: former)
        // What follows the writing of a checkpoint may have been left undone by a crash.
        let schedule = data.schedule(configuration)
        try directory.makeNewest(checkpoint, keep: configuration.keep, schedule: schedule)
        try run.metrics.cutBack(
            to: checkpoint,
            mentionsCheckpoint: run.isEpochFinished
                && (run.isOver || schedule.isDue(step: checkpoint.progress.step)))
        return run
    }

    /// A run that is over stays what it was; but what says which network is its, is kept.
    private func writeConfiguration(_ configuration: Configuration, over former: Configuration?) throws {
        guard isOver else { return try directory.writeConfiguration(configuration) }
        guard var former, former.patience != configuration.patience else { return }
        former.patience = configuration.patience
        try directory.writeConfiguration(former)
    }
}

extension Configuration {
    /// What is said of a run that goes on is compared with its checkpoint first of all: the data would be read by it.
    /// - Throws: `RunError.resumeDiffers` for a setting that shapes the bits and is said to be another one.
    fileprivate func requireSaid(asIn resolved: Configuration, of directory: RunDirectory) throws {
        for setting in Setting.all where setting.shapesBits && says(setting.key) {
            let (was, now) = (setting.text(resolved), setting.text(self))
            // Balanced class weights become numbers once the labels are there.
            let isChosenByTheData = now == automatic || setting.key == "classWeights" && classWeights == .balanced
            guard was == now || isChosenByTheData else {
                throw RunError.resumeDiffers(
                    directory: directory.path, setting: setting.key, was: was ?? "none", now: now ?? "none")
            }
        }
    }

    /// What is said of a run that goes on, with what was said when it began. To say nothing of how it shapes its bits, of the
    /// names of its data, of its patience and of its initial weights is not to change them.
    /// - Throws: `RunError.resumeDiffers` for what cannot change, and is not compared with the checkpoint.
    fileprivate func goingOn(from former: Configuration, in directory: RunDirectory) throws -> Configuration {
        func differs(_ setting: String, _ was: String, _ now: String) -> RunError {
            .resumeDiffers(directory: directory.path, setting: setting, was: was, now: now)
        }
        var configuration = try adding(former)
        configuration.patience = patience ?? former.patience
        if let initialWeights, URL(fileURLWithPath: initialWeights).path != former.initialWeights {
            throw differs("initialWeights", former.initialWeights ?? "none", initialWeights)
        }
        configuration.initialWeights = former.initialWeights
        if says("largeBatch") && largeBatch != former.largeBatch {
            throw differs("largeBatch", "\(former.largeBatch)", "\(largeBatch)")
        }
        configuration.largeBatch = former.largeBatch
        return configuration
    }
}

extension TrainingData {
    /// The parameters of the checkpoint that `initialWeights` names.
    /// - Throws: `RunError.initialWeightsDoNotFit`; as reading it.
    package func givenParameters() throws -> FloatBuffer? {
        guard let path = model.configuration.initialWeights else { return nil }
        let checkpoint = try CheckpointFile.read(path)
        func describe(_ network: Network) -> String { network.widths.map(String.init).joined(separator: "-") }
        let (expected, found) = (describe(model.network), describe(checkpoint.model.network))
        guard expected == found else {
            throw RunError.initialWeightsDoNotFit(file: path, expected: expected, found: found)
        }
        return checkpoint.networkParameters
    }

    package var stepsPerEpoch: Int { model.configuration.stepsPerEpoch(samples: train.count) }

    /// - Parameter step: from 0.
    package func learningRate(ofStep step: Int) -> Double {
        model.configuration.learningRate(samples: train.count).rate(ofStep: step)
    }

    /// - Throws: `RunError.dataDiffers`, `.resumeDiffers` naming what is not as it was.
    func requireSame(as checkpoint: Checkpoint, in directory: RunDirectory) throws {
        if let split = checkpoint.fingerprint.firstDifference(from: fingerprint) {
            throw RunError.dataDiffers(file: path, split: split.rawValue, directory: directory.path)
        }
        for setting in Setting.all where setting.shapesBits {
            let (was, now) = (setting.text(checkpoint.model.configuration), setting.text(model.configuration))
            guard was == now else {
                throw RunError.resumeDiffers(
                    directory: directory.path, setting: setting.key, was: was ?? "none", now: now ?? "none")
            }
        }
        try requirePossible(checkpoint.progress, in: directory)
    }

    /// A file with a right checksum may still say anything.
    func requirePossible(_ progress: TrainingProgress, in directory: RunDirectory) throws {
        let (epoch, offset) = (progress.position.epoch, progress.position.offset)
        let (steps, rest) = offset.quotientAndRemainder(dividingBy: model.configuration.minibatchSize)
        let isPossible =
            offset < train.count && rest == 0
            && progress.step == epoch.multipliedSaturating(by: stepsPerEpoch).addingSaturating(steps)
        guard isPossible else {
            throw RunError.impossibleProgress(directory: directory.path, step: progress.step)
        }
    }

    func schedule(_ configuration: Configuration) -> CheckpointSchedule {
        CheckpointSchedule(
            configuration.checkpointEvery, stepsPerEpoch: stepsPerEpoch, areStepsSmall: model.areStepsSmall,
            canRollBack: configuration.onDivergence == .rollback)
    }

    /// A trainer that goes on from `state`, on its parameters.
    func makeTrainer(from state: Checkpoint, workerCount: Int, interruption: Interruption?) -> Trainer {
        Trainer(
            network: model.network, samples: train,
            recipe: model.configuration.trainingRecipe(for: model.network, samples: train.count),
            workerCount: workerCount,
            parameters: state.parameters,
            slots: Dictionary(uniqueKeysWithValues: state.slots.map { ($0.name, $0.values) }),
            progress: state.progress, interruption: interruption)
    }
}
