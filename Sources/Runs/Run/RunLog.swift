import DurableFiles

/// What metrics.jsonl tells of a run.
package struct RunLog: Sendable {
    package struct Epoch: Sendable {
        /// A loss that was not a finite number is NaN.
        package let metrics: EpochMetrics
        package let seconds: Double?
        package let samplesPerSecond: Double?
    }

    /// The version, the arithmetic and the machine with which the run began; nil where the log does not say so.
    package let lockstep: String?
    package let arithmetic: String?
    package let machine: String?
    package let epochs: [Epoch]
    /// The step of the last event.
    package let step: Int
    package let hasEnded: Bool

    fileprivate init(_ events: [MetricsEvent]) {
        let start = events.first { $0.name == "start" }
        (lockstep, arithmetic, machine) = (
            start?.text("lockstep"), start?.text("arithmetic"), start?.text("machine")
        )
        epochs = events.filter { $0.name == "epoch" }.compactMap(Epoch.init)
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
    }
}

extension RunDirectory {
    /// What metrics.jsonl tells; nothing if there is no such file.
    /// - Throws: `FileError`.
    package func log() throws(FileError) -> RunLog { RunLog(try metrics.events()) }
}
