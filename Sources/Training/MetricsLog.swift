import Files
import Foundation

/// metrics.jsonl: what happened, one JSON object a line, `event` first.
struct MetricsLog {
    let path: String

    func append(_ event: String, _ members: [(String, JSON)]) throws {
        let line = JSON.object([("event", .string(event))] + members).text + "\n"
        try appendToFile(path, Array(line.utf8))
    }

    /// Takes away what a run wrote after a checkpoint from which it now goes on: lines of later steps, its end, and
    /// the mention of that checkpoint if only the interruption made it. What follows is then as if never interrupted.
    func cutBack(toStep step: Int, keepsCheckpointLine: Bool) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let lines = try readFile(path).split(separator: UInt8(ascii: "\n"))
        let kept = lines.filter { line in
            // A line torn by a crash is none.
            guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any],
                let event = object["event"] as? String, let at = object["step"] as? Int
            else { return false }
            return switch event {
            case "end": false
            case "checkpoint": at < step || (at == step && keepsCheckpointLine)
            default: at <= step
            }
        }
        try replaceFile(path, with: kept.map { Array($0) + [UInt8(ascii: "\n")] })
    }
}
