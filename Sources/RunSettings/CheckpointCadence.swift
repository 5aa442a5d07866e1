/// The interval between checkpoints, as a user specifies it.
package struct CheckpointCadence: Sendable, Equatable, CustomStringConvertible {
    package enum Unit: Sendable, Equatable {
        case steps, epochs, minutes
    }

    package let count: Int
    package let unit: Unit
    static let maximumCount = 1_000_000_000

    /// Parses `500`, `1epoch`, `5epochs` or `10min`.
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), (1...Self.maximumCount).contains(count) else { return nil }
        switch text.dropFirst(digits.count) {
        case "", "step", "steps": unit = .steps
        case "epoch", "epochs": unit = .epochs
        case "min", "minute", "minutes": unit = .minutes
        default: return nil
        }
        self.count = count
    }

    package var description: String {
        switch unit {
        case .steps: "\(count)"
        case .epochs: count == 1 ? "1epoch" : "\(count)epochs"
        case .minutes: "\(count)min"
        }
    }
}
