import DurableFiles
import Foundation
import Messages
import RunSettings
import Runs

/// All runs below a directory, and what differs in their settings.
package struct RunList {
    package enum Order: String, CaseIterable, Sendable {
        /// By path, 2 before 10.
        case name
        /// The lowest loss first.
        case loss
        /// The highest accuracy first.
        case accuracy
        /// The most epochs first.
        case epochs
        /// The longest first.
        case time
    }

    package let runs: [RunSummary]
    private let differences: SettingDifferences

    /// - Throws: `FileError`.
    package init(below directory: String, by order: Order) throws {
        runs = try Self.sorted(Self.paths(below: directory).map { try RunSummary(of: RunDirectory($0)) }, by: order)
        // Each line names its data; the file's path would fill it.
        differences = SettingDifferences(runs.map(\.configuration)) { $0.key != "data" }
    }

    /// The run directories at and below a path, sorted by name.
    private static func paths(below path: String, depth: Int = 0) throws -> [String] {
        if try RunDirectory(path).containsRun { return [path] }
        // The limit ends loops of links.
        guard depth < 8 else { return [] }
        let names = try (directoryNames(path) ?? []).filter { !$0.hasPrefix(".") }
        return try names.sorted { $0.compare($1, options: [.numeric, .literal]) == .orderedAscending }.flatMap { name in
            let below = path == "." ? name : "\(path)/\(name)"
            return RunDirectory.isDirectory(below) ? try paths(below: below, depth: depth + 1) : []
        }
    }

    /// Runs without the figure come last; those that are equal stay in the order of their names.
    private static func sorted(_ runs: [RunSummary], by order: Order) -> [RunSummary] {
        let keys: [Double]
        switch order {
        case .name: return runs
        case .loss: keys = runs.map { $0.best?.selectionLoss ?? .infinity }
        case .accuracy: keys = runs.map { -($0.best?.selectionAccuracy ?? -.infinity) }
        case .epochs: keys = runs.map { -Double($0.epochs) }
        case .time: keys = runs.map { -($0.seconds ?? -.infinity) }
        }
        let places = runs.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
        return places.map { runs[$0] }
    }

    package var text: String {
        var table = TextTable(
            ["run", "state", "epochs", "best", "on", "loss", "accuracy", "time", "data", "settings"],
            alignsRight: [false, false, true, true, false, true, true, true, false, false])
        for (index, run) in runs.enumerated() {
            let best = run.best
            table.append([
                run.path, run.state.rawValue, run.epochsText, best.map { grouped($0.epoch) } ?? "",
                best?.selectionSplit.rawValue ?? "", best.map { figure($0.selectionLoss) } ?? "",
                best?.selectionAccuracy.map(percent) ?? "", run.seconds.map(clock) ?? "",
                run.configuration.map { URL(fileURLWithPath: $0.data).lastPathComponent } ?? "",
                run.configuration == nil ? "unreadable" : differences.text(of: index),
            ])
        }
        return table.text
    }

    package var json: JSON {
        .array(
            runs.enumerated().map { index, run in
                .object(run.members + [("settings", differences.json(of: index))])
            })
    }
}
