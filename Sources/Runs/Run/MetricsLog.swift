import DurableFiles
import Optimizers
import Stepping
import Synchronization

/// The log metrics.jsonl: one JSON object for each event of a run, with the key `event` first. The training thread and
/// `CheckpointWriter` append to it.
final class MetricsLog: Sendable {
    private let path: String
    private let file: Mutex<GrowingFile>

    init(path: String) {
        self.path = path
        file = Mutex(GrowingFile(path: path))
    }

    func append(_ event: String, _ members: [(String, JSON)]) throws {
        let bytes = Array(line(event, members).utf8)
        try file.withLock { try $0.append(bytes) }
    }

    /// `Arithmetic.description` of the machine on which the run began, if the log has it.
    var arithmetic: String? { get throws { try events().first?.text("arithmetic") } }

    /// Whether the log has an event of a saved checkpoint.
    var recordsCheckpoint: Bool { get throws { try events().contains { $0.name == "checkpoint" } } }

    /// All events, in their order.
    func events() throws(FileError) -> [MetricsEvent] { try lines().compactMap(MetricsEvent.init) }

    private func lines() throws(FileError) -> [ArraySlice<UInt8>] {
        try exists(path) ? readFile(path).split(separator: UInt8(ascii: "\n")) : []
    }

    /// Truncates the log to the state of a checkpoint from which the run continues: removes later events and the run's
    /// end, and restores epochs of the checkpoint's history that the file lost in a crash.
    /// - Parameter recordingCheckpoint: whether the log has an event for this checkpoint; false if an uninterrupted run
    ///   would not have saved it.
    func truncate(to checkpoint: Checkpoint, recordingCheckpoint: Bool) throws {
        let step = checkpoint.progress.step
        let epochEnds = Set(checkpoint.history.map(\.step))
        var missing = checkpoint.history[...]
        var keptLines: [String] = []
        for text in try lines() {
            guard let event = MetricsEvent(text), let name = event.name, let at = event.step else { continue }
            let stays =
                switch name {
                case "end": false
                case "checkpoint": at < step
                case "rollback":
                    at <= step && event.integer("rollbacks") ?? 0 <= checkpoint.progress.rollbacks
                case "epoch": epochEnds.contains(at)
                default: at <= step
                }
            guard stays else { continue }
            while let first = missing.first, first.step < at {
                keptLines.append(line("epoch", first.members))
                missing.removeFirst()
            }
            if name == "epoch" { missing = missing.drop { $0.step <= at } }
            keptLines.append(String(decoding: text, as: UTF8.self) + "\n")
        }
        keptLines += missing.map { line("epoch", $0.members) }
        if recordingCheckpoint { keptLines.append(line("checkpoint", checkpoint.progress.members)) }
        try replaceFile(path, with: [Array(keptLines.joined().utf8)])
    }

    private func line(_ event: String, _ members: [(String, JSON)]) -> String {
        JSON.object([("event", .string(event))] + members).text + "\n"
    }
}

extension TrainingProgress {
    /// The members of a line in metrics.jsonl.
    package var members: [(String, JSON)] { [("step", .integer(step)), ("epoch", .integer(position.epoch))] }

    /// The members of a line about the norms of each layer's parameters and gradient.
    func members(parameters: [LayerNorm], _ gradients: [LayerNorm]) -> [(String, JSON)] {
        func object(_ norms: [LayerNorm]) -> JSON { .object(norms.map { ($0.layer, .number($0.norm)) }) }
        return members + [("parameters", object(parameters)), ("gradients", object(gradients))]
    }
}
