import DurableFiles
import Messages
import RunSettings
import Runs
import Splits

/// Two runs, or checkpoints, side by side: what differs in settings and data, and the results.
package struct RunComparison {
    /// One of the two.
    package struct Side {
        package let path: String
        /// With the network that evaluation takes.
        package let checkpoint: Checkpoint
        /// Of a run; nil for a checkpoint.
        package let summary: RunSummary?

        package init(path: String, checkpoint: Checkpoint, summary: RunSummary?) {
            (self.path, self.checkpoint, self.summary) = (path, checkpoint, summary)
        }

        /// What was specified and chosen.
        fileprivate func configuration() throws(SettingProblem) -> Configuration {
            try summary?.configuration(completedBy: checkpoint) ?? checkpoint.model.configuration
        }

        /// Of a run that of its log, which may have epochs after the checkpoint.
        fileprivate var epochs: [EpochMetrics] { summary?.log.epochs.map(\.metrics) ?? checkpoint.history }

        fileprivate var best: EpochMetrics? { epochs.filter(\.selectionLoss.isFinite).best }
    }

    private enum Likeness: String {
        case same = "the same"
        case different
        case neither

        init(_ first: String?, _ second: String?) {
            self = first == nil && second == nil ? .neither : first == second ? .same : .different
        }
    }

    private let sides: [Side]
    private let settings: SettingDifferences
    private let data: [(split: SplitName, likeness: Likeness)]
    private let haveSameNumbers: Bool

    /// - Throws: `SettingProblem` for settings that are no longer valid.
    package init(_ first: Side, _ second: Side) throws {
        sides = [first, second]
        // A checkpoint does not know what shapes no bits.
        let areRuns = sides.allSatisfy { $0.summary?.configuration != nil }
        settings = SettingDifferences(try sides.map { try $0.configuration() }) { $0.shapesBits || areRuns }
        let digests = sides.map(\.checkpoint.fingerprint.digests)
        data = SplitName.allCases.map { split in
            let found = digests.map { $0.first { $0.split == split }?.digest }
            return (split, Likeness(found[0], found[1]))
        }
        haveSameNumbers = first.checkpoint.valuesDigest == second.checkpoint.valuesDigest
    }

    // MARK: Text

    package var text: String {
        [
            settingsText, "data     \(dataText)", results.text,
            "numbers  \(haveSameNumbers ? "the same bits" : "different")",
        ]
        .joined(separator: "\n\n")
    }

    private var settingsText: String {
        guard !settings.entries.isEmpty else { return "settings the same" }
        return table("setting", settings.entries.map { ($0.key, $0.texts.map { $0 ?? "" }) }, alignsRight: false).text
    }

    private var dataText: String {
        data.filter { $0.likeness != .neither }.map { "\($0.split.rawValue) \($0.likeness.rawValue)" }
            .joined(separator: ", ")
    }

    private var results: TextTable {
        let (checkpoints, best) = (sides.map(\.checkpoint), sides.map(\.best))
        let names = (best.compactMap(\.self).map { $0.figures.map(\.name) }).max { $0.count < $1.count } ?? []
        func row(_ name: String, _ value: (EpochMetrics) -> String?) -> (String, [String]) {
            (name, best.map { $0.flatMap(value) ?? "" })
        }
        var rows: [(String, [String])] = [
            ("network", checkpoints.map { $0.model.network.shortText }),
            ("step", checkpoints.map { grouped($0.progress.step) }),
            ("epochs", sides.map { grouped($0.epochs.last?.epoch ?? 0) }),
            row("best epoch") { grouped($0.epoch) }, row("chosen on") { $0.selectionSplit.rawValue },
        ]
        for name in names {
            rows.append(row(name) { $0.figures.first { $0.name == name }.map { figure($0.value) } })
        }
        if sides.contains(where: { $0.summary != nil }) {
            rows.append(("time", sides.map { $0.summary?.seconds.map(clock) ?? "" }))
            rows += machineRows
        }
        return table("result", rows, alignsRight: true)
    }

    /// What the runs began on, where it differs.
    private var machineRows: [(String, [String])] {
        let logs = sides.map { $0.summary?.log }
        let rows = [
            ("lockstep", logs.map { $0?.lockstep ?? "" }), ("arithmetic", logs.map { $0?.arithmetic ?? "" }),
            ("machine", logs.map { $0?.machine ?? "" }),
        ]
        return rows.filter { $0.1[0] != $0.1[1] }
    }

    private func table(_ title: String, _ rows: [(String, [String])], alignsRight: Bool) -> TextTable {
        var table = TextTable([title] + sides.map(\.path), alignsRight: [false, alignsRight, alignsRight])
        for (name, cells) in rows { table.append([name] + cells) }
        return table
    }

    // MARK: JSON

    package var json: JSON {
        .object([
            ("runs", .array(sides.map(Self.json))),
            (
                "settings",
                .object(
                    settings.entries.map { entry in
                        (entry.key, .array(entry.texts.map { $0.map(JSON.string) ?? .null }))
                    })
            ),
            ("data", .object(data.map { ($0.split.rawValue, Self.json($0.likeness)) })),
            ("sameNumbers", .bool(haveSameNumbers)),
        ])
    }

    /// Whether a split is the same; null if neither has it.
    private static func json(_ likeness: Likeness) -> JSON { likeness == .neither ? .null : .bool(likeness == .same) }

    private static func json(_ side: Side) -> JSON {
        .object([
            ("path", .string(side.path)), ("network", .string(side.checkpoint.model.network.shortText)),
            ("step", .integer(side.checkpoint.progress.step)),
            ("numbers", .string(side.checkpoint.valuesDigest)),
            ("best", side.best.map { .object($0.members) } ?? .null),
            ("last", side.epochs.last.map { .object($0.members) } ?? .null),
            ("seconds", .number(orNull: side.summary?.seconds)),
        ])
    }
}
