import DurableFiles
import Foundation
import Stepping
import Synchronization

/// metrics.jsonl: what happened, one JSON object a line, `event` first. Training and the saving of checkpoints beside it
/// append to it.
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

    /// What the run began on, if the file says so.
    var arithmetic: String? {
        get throws { try lines().first.flatMap(Self.object)?["arithmetic"] as? String }
    }

    /// Whether a checkpoint of the run was once on disk.
    var speaksOfCheckpoints: Bool {
        get throws { try lines().contains { Self.object($0)?["event"] as? String == "checkpoint" } }
    }

    private func lines() throws(FileError) -> [ArraySlice<UInt8>] {
        try exists(path) ? readFile(path).split(separator: UInt8(ascii: "\n")) : []
    }

    /// nil for a line torn by a crash, which is none.
    private static func object(_ line: ArraySlice<UInt8>) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    }

    /// Takes away what a run wrote after a checkpoint from which it now goes on: lines of later steps, its end, and
    /// the mention of that checkpoint, which stays only where an uninterrupted run would have saved, too. Epochs that the
    /// checkpoint knows and the file lost, in a crash of the machine, are written again.
    func cutBack(to checkpoint: Checkpoint, mentionsCheckpoint: Bool) throws {
        let step = checkpoint.progress.step
        let epochEnds = Set(checkpoint.history.map(\.step))
        var missing = checkpoint.history[...]
        var keptLines: [String] = []
        for text in try lines() {
            guard let object = Self.object(text), let event = object["event"] as? String,
                let at = object["step"] as? Int
            else { continue }
            let stays =
                switch event {
                case "end": false
                case "checkpoint": at < step
                case "rollback":
                    at <= step && object["rollbacks"] as? Int ?? 0 <= checkpoint.progress.rollbacks
                case "epoch": epochEnds.contains(at)
                default: at <= step
                }
            guard stays else { continue }
            while let first = missing.first, first.step < at {
                keptLines.append(line("epoch", first.members))
                missing.removeFirst()
            }
            if event == "epoch" { missing = missing.drop { $0.step <= at } }
            keptLines.append(String(decoding: text, as: UTF8.self) + "\n")
        }
        keptLines += missing.map { line("epoch", $0.members) }
        if mentionsCheckpoint { keptLines.append(line("checkpoint", checkpoint.progress.members)) }
        try replaceFile(path, with: [Array(keptLines.joined().utf8)])
    }

    private func line(_ event: String, _ members: [(String, JSON)]) -> String {
        JSON.object([("event", .string(event))] + members).text + "\n"
    }
}

extension TrainingProgress {
    /// As it stands in a line of metrics.jsonl.
    package var members: [(String, JSON)] { [("step", .integer(step)), ("epoch", .integer(position.epoch))] }
}
