import DurableFiles

/// What metrics.jsonl tells of a run.
package struct RunLog: Sendable {
    package struct Epoch: Sendable {
        /// A loss that was not a finite number is NaN.
        package let metrics: EpochMetrics
        package let seconds: Double?
        package let samplesPerSecond: Double?
        /// Without the evaluation after the epoch.
        package let trainingSeconds: Double?
        /// The seconds that a worker was in each phase of a step, by its name; nil for short steps.
        package let phases: [String: Double]?
    }

    /// The norms at the end of an epoch, by layer: of its parameters, and of their gradient in the last step.
    package struct Norms: Sendable {
        package let epoch: Int
        package let parameters: [String: Double]
        package let gradients: [String: Double]
    }

    /// The version, the arithmetic and the machine with which the run began; nil where the log does not say so.
    package let lockstep: String?
    package let arithmetic: String?
    package let machine: String?
    package let trainingSamples: Int?
    package let epochs: [Epoch]
    /// Of the epochs whose last step was logged with them.
    package let norms: [Norms]
    /// The step of the last event.
    package let step: Int
    package let hasEnded: Bool

    fileprivate init(_ events: [MetricsEvent]) {
        let start = events.first { $0.name == "start" }
        (lockstep, arithmetic, machine) = (
            start?.text("lockstep"), start?.text("arithmetic"), start?.text("machine")
        )
        trainingSamples = start?.integer("trainSamples")
        epochs = events.filter { $0.name == "epoch" }.compactMap(Epoch.init)
        norms = events.filter { $0.name == "norms" }.compactMap(Norms.init)
        step = events.compactMap(\.step).max() ?? 0
        hasEnded = events.contains { $0.name == "end" }
    }
}

extension RunLog.Epoch {
    /// - Returns: nil for an event that does not say which epoch it was.
    fileprivate init?(_ event: MetricsEvent) {
        guard let epoch = event.integer("epoch"), let step = event.step else { return nil }
        var metrics = EpochMetrics(epoch: epoch, step: step, trainLoss: .nan, learningRate: .nan)
        for column in EpochMetrics.columns {
            if let value = event.number(column.name) { column.set(&metrics, value) }
        }
        self.metrics = metrics
        (seconds, samplesPerSecond) = (event.number("seconds"), event.number("samplesPerSecond"))
        (trainingSeconds, phases) = (event.number("trainingSeconds"), event.numbers("phases"))
    }
}

extension RunLog.Norms {
    /// - Returns: nil for an event that lacks any of them.
    fileprivate init?(_ event: MetricsEvent) {
        guard let epoch = event.integer("epoch"), let parameters = event.numbers("parameters"),
            let gradients = event.numbers("gradients")
        else { return nil }
        (self.epoch, self.parameters, self.gradients) = (epoch, parameters, gradients)
    }
}

extension RunDirectory {
    /// What metrics.jsonl tells; nothing if there is no such file.
    /// - Throws: `FileError`.
    package func log() throws(FileError) -> RunLog { RunLog(try metrics.events()) }
}
