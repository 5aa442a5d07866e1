import DurableFiles
import Messages
import RunSettings
import Runs

/// A run as a list shows it, by config.yaml and metrics.jsonl alone, which are read in no time.
package struct RunSummary: Sendable {
    package enum State: String, Sendable {
        /// A process is at work on it.
        case running
        case finished
        /// It was interrupted, stopped or diverged.
        case stopped
    }

    package let path: String
    package let state: State
    /// What was specified; nil if config.yaml cannot be read.
    package let configuration: Configuration?
    /// Why it cannot be read.
    package let problem: String?
    package let log: RunLog

    /// - Throws: `FileError` when the log cannot be read.
    package init(of directory: RunDirectory) throws {
        path = directory.path
        log = try directory.log()
        state = try directory.holder() != nil ? .running : log.hasEnded ? .finished : .stopped
        do {
            configuration = try directory.readConfiguration()
            problem = nil
        } catch {
            guard let message = ErrorMessage(error) else { throw error }
            (configuration, problem) = (nil, message.text)
        }
    }

    /// The epoch of the lowest loss on validation, or else test, or else training data; nil before the first one, or if no loss is finite.
    package var best: EpochMetrics? { log.epochs.map(\.metrics).filter(\.selectionLoss.isFinite).best }

    package var epochs: Int { log.epochs.last?.metrics.epoch ?? 0 }

    /// The time of all epochs; nil if the log does not tell it.
    package var seconds: Double? {
        let times = log.epochs.compactMap(\.seconds)
        return times.isEmpty ? nil : times.reduce(0, +)
    }

    /// What was specified, and what a checkpoint says was chosen for the rest; nil if config.yaml cannot be read.
    /// - Throws: `SettingProblem` for settings that are no longer valid.
    func configuration(completedBy checkpoint: Checkpoint) throws(SettingProblem) -> Configuration? {
        try configuration?.completed(by: checkpoint.model.configuration)
    }

    /// "3 of 10"
    var epochsText: String { grouped(epochs) + (configuration.map { " of \(grouped($0.epochs))" } ?? "") }

    /// All but its settings.
    var members: [(String, JSON)] {
        [
            ("run", .string(path)), ("state", .string(state.rawValue)), ("problem", problem.map(JSON.string) ?? .null),
            ("data", configuration.map { .string($0.data) } ?? .null), ("epochs", .integer(epochs)),
            ("epochsWanted", configuration.map { .integer($0.epochs) } ?? .null), ("step", .integer(log.step)),
            ("seconds", .number(orNull: seconds)),
            ("best", best.map { .object([("split", .string($0.selectionSplit.rawValue))] + $0.members) } ?? .null),
            ("last", log.epochs.last.map { .object($0.metrics.members) } ?? .null),
        ]
    }
}
