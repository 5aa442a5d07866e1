import Files
import Foundation

/// metrics.jsonl: what happened, one JSON object a line, `event` first.
final class MetricsLog {
    private let path: String
    private let file: GrowingFile

    init(path: String) {
        self.path = path
        file = GrowingFile(path: path)
    }

    func append(_ event: String, _ members: [(String, JSON)]) throws {
        try file.append(Array(line(event, members).utf8))
    }

    /// What the run began on, if the file says so.
    var arithmetic: String? {
        guard let first = try? readFile(path).split(separator: UInt8(ascii: "\n")).first,
            let object = try? JSONSerialization.jsonObject(with: Data(first)) as? [String: Any]
        else { return nil }
        return object["arithmetic"] as? String
    }

    /// Takes away what a run wrote after a checkpoint from which it now goes on: lines of later steps, its end, and
    /// the mention of that checkpoint, which stays only where an uninterrupted run would have saved, too. Epochs that the
    /// checkpoint knows and the file lost, in a crash of the machine, are written again.
    func cutBack(to checkpoint: Checkpoint, mentionsCheckpoint: Bool) throws {
        let bytes = FileManager.default.fileExists(atPath: path) ? try readFile(path) : []
        let step = checkpoint.progress.step
        var missing = checkpoint.history[...]
        var kept: [String] = []
        for text in bytes.split(separator: UInt8(ascii: "\n")) {
            // A line torn by a crash is none.
            guard let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any],
                let event = object["event"] as? String, let at = object["step"] as? Int
            else { continue }
            let stays =
                switch event {
                case "end": false
                case "checkpoint": at < step
                case "rollback":
                    at <= step && object["rollbacks"] as? Int ?? 0 <= checkpoint.progress.rollbacks
                case "epoch": checkpoint.history.contains { $0.step == at }
                default: at <= step
                }
            guard stays else { continue }
            while let first = missing.first, first.step < at {
                kept.append(line("epoch", first.members))
                missing.removeFirst()
            }
            if event == "epoch" { missing = missing.drop { $0.step <= at } }
            kept.append(String(decoding: text, as: UTF8.self) + "\n")
        }
        kept += missing.map { line("epoch", $0.members) }
        if mentionsCheckpoint { kept.append(line("checkpoint", checkpoint.progress.members)) }
        try replaceFile(path, with: [Array(kept.joined().utf8)])
    }

    private func line(_ event: String, _ members: [(String, JSON)]) -> String {
        JSON.object([("event", .string(event))] + members).text + "\n"
    }
}
