import Foundation
import Kernels
import Models
import Networks
import RunSettings
import Splits
import Stepping

extension TrainingRun {
    /// Begins a run: reads the data, then creates the directory, config.yaml and the checkpoint of step 0.
    /// - Parameters:
    ///   - replacing: whether an existing run in the directory may be deleted.
    ///   - interruption: receives requests to stop or to save.
    ///   - observe: receives the run's events.
    /// - Throws: errors in data and settings, before anything is written; `RunError.runExists`, `.runIsBusy`;
    ///   `Interrupted` when a stop is requested.
    package static func begin(
        _ configuration: Configuration, in directory: RunDirectory, replacing: Bool = false,
        interruption: Interruption = Interruption(), observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        try begin(
            configuration, in: directory, lock: nil, replacing: replacing, interruption: interruption,
            observe: observe)
    }

    private static func begin(
        _ configuration: Configuration, in directory: RunDirectory, lock heldLock: RunLock?, replacing: Bool,
        interruption: Interruption, observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        func requireFree() throws {
            if try directory.containsRun && !replacing { throw RunError.runExists(directory: directory.path) }
        }
        try requireFree()
        let (data, weights) = try TrainingData.withInitialWeights(configuration, interruption: interruption) {
            observe(.reading(path: configuration.data, share: $0))
        }
        // The run it names may go on.
        var configuration = configuration
        configuration.initialWeights = weights?.origin.file
        let network = data.model.network
        let parameters = weights?.parameters ?? network.initialParameters(seed: configuration.seed)
        let lock = try heldLock ?? directory.lock()
        // Another process may have begun a run in the meantime.
        try requireFree()
        try directory.prepare(replacing: replacing)
        try directory.writeConfiguration(configuration)
        let state = Checkpoint(
            model: data.model, fingerprint: data.fingerprint,
            progress: TrainingProgress(), history: [], parameters: parameters, slots: [])
        let run = try TrainingRun(
            configuration, in: directory, lock: lock, data: data, from: state, isNew: true, weights: weights?.origin,
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

    /// Resumes a run from the newest intact checkpoint of its directory.
    /// - Parameter configuration: may change only settings that do not shape the bits.
    /// - Throws: `RunError.noRun`, `.resumeDiffers` and `.dataDiffers`; `Interrupted` when a stop is requested.
    package static func resume(
        _ configuration: Configuration, in directory: RunDirectory, interruption: Interruption = Interruption(),
        observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        guard try directory.containsRun else { throw RunError.noRun(directory: directory.path) }
        let lock = try directory.lock()
        guard try !directory.checkpoints().isEmpty else {
            guard try !directory.metrics.recordsCheckpoint else {
                throw RunError.checkpointsAreMissing(directory: directory.path)
            }
            // The run was killed before its first checkpoint, so starting over loses nothing.
            return try begin(
                configuration, in: directory, lock: lock, replacing: true, interruption: interruption,
                observe: observe)
        }
        try directory.removeTemporaryFiles()
        let (checkpoint, damaged) = try directory.newestCheckpoint()
        for path in damaged {
            observe(.skippedDamaged(path: path))
            try directory.renameDamaged(path)
        }

        try configuration.requireUnchanged(from: checkpoint.model, in: directory)
        let former = try directory.hasConfiguration ? directory.readConfiguration() : nil
        let explicit = try former.map { try configuration.merged(with: $0, in: directory) } ?? configuration
        let configuration = try explicit.completed(by: checkpoint.model.configuration)
        let data = try TrainingData(
            configuration, given: GivenSchema(checkpoint.model.schema), isSameData: true, interruption: interruption,
            reading: { observe(.reading(path: configuration.data, share: $0)) })
        try data.requireSame(as: checkpoint, in: directory)
        let run = try TrainingRun(
            configuration, in: directory, lock: lock, data: data, from: checkpoint, isNew: false,
            interruption: interruption, observe: observe)
        if let was = try run.metrics.arithmetic, was != Arithmetic.description {
            observe(.arithmeticChanged(was: was, now: Arithmetic.description))
        }
        try run.updateConfiguration(explicit, former: former)
        // After a crash, the links and old files may not match the newest checkpoint yet.
        let schedule = data.checkpointSchedule(configuration)
        try directory.linkAndPrune(newest: checkpoint, keep: configuration.keep, schedule: schedule)
        try run.metrics.truncate(
            to: checkpoint,
            recordingCheckpoint: run.isEpochEvaluated
                && (run.isFinished || schedule.isDue(step: checkpoint.progress.step)))
        return run
    }

    /// Writes config.yaml. A finished run keeps its own, except for `patience`, which decides whether its network is the
    /// best or the newest.
    private func updateConfiguration(_ configuration: Configuration, former: Configuration?) throws {
        guard isFinished else { return try directory.writeConfiguration(configuration) }
        guard var former, former.patience != configuration.patience else { return }
        former.patience = configuration.patience
        try directory.writeConfiguration(former)
    }
}

extension Configuration {
    /// Compares explicit settings with the checkpoint, before the data is read with them.
    /// - Throws: `RunError.resumeDiffers` for a changed setting that shapes the bits.
    fileprivate func requireUnchanged(from model: Model, in directory: RunDirectory) throws {
        let resolved = model.configuration
        var chosen = self
        // The data has told what embeddings leave open.
        chosen.chooseEntries(for: model.schema.features)
        for setting in Setting.all where setting.shapesBits && specifies(setting.key) {
            let (was, now) = (setting.text(resolved), setting.text(chosen))
            // The labels turn balanced class weights into values.
            let isChosenByData = now == automatic || setting.key == "classWeights" && classWeights == .balanced
            guard was == now || isChosenByData else {
                throw RunError.resumeDiffers(
                    directory: directory.path, setting: setting.key, was: was ?? "none", now: now ?? "none")
            }
        }
    }

    /// Adds the settings of the run's config.yaml where this configuration leaves the bits, the names of datasets, the
    /// patience or the initial weights open.
    /// - Throws: `RunError.resumeDiffers` for changed settings that a checkpoint does not store.
    fileprivate func merged(with former: Configuration, in directory: RunDirectory) throws -> Configuration {
        func differs(_ setting: String, _ was: String, _ now: String) -> RunError {
            .resumeDiffers(directory: directory.path, setting: setting, was: was, now: now)
        }
        var configuration = try filled(from: former)
        configuration.patience = patience ?? former.patience
        // What is said may be the run that the checkpoint lies in, and which has gone on.
        if let initialWeights {
            let said = URL(fileURLWithPath: initialWeights).path
            guard former.initialWeights == said || former.initialWeights?.hasPrefix(said + "/") == true else {
                throw differs("initialWeights", former.initialWeights ?? "none", initialWeights)
            }
        }
        configuration.initialWeights = former.initialWeights
        if !only.isEmpty && only != former.only {
            throw differs(
                "only", former.only.isEmpty ? "none" : former.only.joined(separator: ","), only.joined(separator: ","))
        }
        configuration.only = former.only
        if specifies("largeBatch") && largeBatch != former.largeBatch {
            throw differs("largeBatch", "\(former.largeBatch)", "\(largeBatch)")
        }
        configuration.largeBatch = former.largeBatch
        return configuration
    }
}

extension TrainingData {
    /// The number of steps in an epoch.
    package var stepsPerEpoch: Int { model.configuration.stepsPerEpoch(samples: train.count) }

    /// The learning rate of the schedule.
    /// - Parameter step: counts from 0.
    package func learningRate(ofStep step: Int) -> Double {
        model.configuration.learningRate(samples: train.count).rate(ofStep: step)
    }

    /// Checks that data and settings are those of a checkpoint.
    /// - Throws: `RunError.dataDiffers`, `.resumeDiffers`, `.impossibleProgress`.
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
        try requireConsistent(checkpoint.progress, in: directory)
    }

    /// Checks that step, epoch and position agree: a forged file may claim anything.
    func requireConsistent(_ progress: TrainingProgress, in directory: RunDirectory) throws {
        let (epoch, offset) = (progress.position.epoch, progress.position.offset)
        let (steps, rest) = offset.quotientAndRemainder(dividingBy: model.configuration.minibatchSize)
        let isPossible =
            offset < train.count && rest == 0
            && progress.step == epoch.multipliedSaturating(by: stepsPerEpoch).addingSaturating(steps)
        guard isPossible else {
            throw RunError.impossibleProgress(directory: directory.path, step: progress.step)
        }
    }

    func checkpointSchedule(_ configuration: Configuration) -> CheckpointSchedule {
        CheckpointSchedule(
            configuration.checkpointEvery, stepsPerEpoch: stepsPerEpoch, areStepsSmall: model.areStepsSmall,
            canRollBack: configuration.onDivergence == .rollback)
    }

    /// A trainer that continues from `state` and updates its parameters in place.
    func makeTrainer(
        from state: Checkpoint, workerCount: Int, interruption: Interruption?, profile: StepProfile? = nil
    ) throws -> Trainer {
        try Trainer(
            network: model.network, samples: train,
            recipe: model.configuration.trainingRecipe(for: model.network, samples: train.count),
            workerCount: workerCount, parameters: state.parameters,
            slots: Dictionary(uniqueKeysWithValues: state.slots.map { ($0.name, $0.values) }),
            progress: state.progress, interruption: interruption, profile: profile)
    }
}
