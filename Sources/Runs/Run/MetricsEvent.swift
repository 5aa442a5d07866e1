import Foundation

/// One line of metrics.jsonl.
struct MetricsEvent: Sendable {
    private enum Member: Decodable {
        case number(Double)
        case text(String)
        case numbers([String: Double])
        /// Null, or what no event has.
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let numbers = try? container.decode([String: Double].self) {
                self = .numbers(numbers)
            } else {
                self = .other
            }
        }
    }

    private let members: [String: Member]

    /// Parses a line; nil if a crash has truncated it.
    init?(_ line: ArraySlice<UInt8>) {
        // JSONSerialization would read some numbers a bit off.
        guard let members = try? JSONDecoder().decode([String: Member].self, from: Data(line)) else { return nil }
        self.members = members
    }

    /// "start", "norms", "epoch", "checkpoint", "rollback" or "end".
    var name: String? { text("event") }
    var step: Int? { integer("step") }

    func number(_ key: String) -> Double? { if case .number(let number) = members[key] { number } else { nil } }
    func integer(_ key: String) -> Int? { number(key).flatMap { Int(exactly: $0) } }
    func numbers(_ key: String) -> [String: Double]? {
        if case .numbers(let numbers) = members[key] { numbers } else { nil }
    }
    func text(_ key: String) -> String? { if case .text(let text) = members[key] { text } else { nil } }
}
