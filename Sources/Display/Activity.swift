import Foundation
import Messages

/// Shows on standard error that a command is at something long: a bar on a terminal, elsewhere a line every half minute.
/// Nothing is shown of what is done soon.
package final class Activity {
    private let title: String
    private let isShown: Bool
    private let start = ContinuousClock.now
    private var next: Duration
    private var turn = 0

    private static let patience = Duration.milliseconds(500)
    private static let betweenLines = Duration.seconds(30)

    /// - Parameter title: what goes on, with a file: "reading big.csv".
    package init(_ title: String, isQuiet: Bool = false) {
        self.title = title
        isShown = !isQuiet
        next = isStatusLineShown ? Self.patience : Self.betweenLines
    }

    /// To be called often.
    /// - Parameter share: how much is done, from 0 to 1; nil if nobody knows.
    package func advance(_ share: Double?) {
        let elapsed = ContinuousClock.now - start
        guard isShown, elapsed >= next else { return }
        if isStatusLineShown {
            next = elapsed + .milliseconds(100)
            turn += 1
            drawStatusLine { Self.text(title, share, elapsed: elapsed / .seconds(1), turn: turn, columns: $0) }
        } else {
            next = elapsed + Self.betweenLines
            let done = share.map { String(format: "%.0f%%, ", 100 * $0) } ?? ""
            printError("\(title): \(done)\(clock(elapsed / .seconds(1)))")
        }
    }

    /// Takes the bar away.
    package func finish() { eraseStatusLine() }

    static func text(_ title: String, _ share: Double?, elapsed: Double, turn: Int, columns: Int) -> String {
        var fields = [
            Bar.Field(title, title, clipped(title, to: 30), rank: 0), Bar.Field(clock(elapsed), rank: 2),
        ]
        if let share, share > 0 {
            let left = clock(elapsed / share * (1 - share))
            fields.append(Bar.Field("\(left) left", "\(left) left", "\(left) left", left, rank: 1))
        }
        return Bar(length: share.map { .share($0) } ?? .moving(turn), fields: fields).text(columns: columns)
    }
}

/// Does something long while an activity is shown.
package func showing<Result>(
    _ title: String, isQuiet: Bool = false, _ body: (_ advance: @escaping (Double?) -> Void) throws -> Result
) rethrows -> Result {
    let activity = Activity(title, isQuiet: isQuiet)
    defer { activity.finish() }
    return try body(activity.advance)
}
