import Datasets
import Messages

/// How many samples of each class the splits of a file have.
struct ClassCounts {
    /// The most that are listed.
    private static let most = 100

    private let splits: [(name: String, counts: [Int64: Int]?)]
    private let names: [String]
    /// Those that occur, and those that have names, in order.
    private let ids: [Int64]

    /// nil where labels are no class ids: without names, and more different ones than are listed.
    init?(_ splits: [(name: String, labels: Labels?)]) {
        guard let first = splits.first?.labels, case .integers = first.values else { return nil }
        self.splits = splits.map { name, labels in
            guard case .integers(let ids) = labels?.values else { return (name, nil) }
            return (name, ids.reduce(into: [:]) { $0[$1, default: 0] += 1 })
        }
        names = first.classNames ?? []
        let count = (try? first.classCount()) ?? names.count
        let occurring = self.splits.flatMap { $0.counts.map { Array($0.keys) } ?? [] }
        ids = Set(occurring).union(0..<Int64(count)).sorted()
        if count == 0 && ids.count > Self.most { return nil }
    }

    /// A line a class, and what is not in the lines.
    var text: String {
        var table = TextTable(["class"] + splits.map(\.name), alignsRight: [false] + splits.map { _ in true })
        for id in ids.prefix(Self.most) {
            table.append([name(id)] + splits.map { $0.counts.map { grouped($0[id] ?? 0) } ?? "-" })
        }
        var text = table.text
        if ids.count > Self.most { text += "\nand \(counted(ids.count - Self.most, "more class", plural: "es"))" }
        let unnamed = ids.filter { !names.isEmpty && !isNamed($0) }
        if !unnamed.isEmpty {
            text +=
                "\n\nthe attribute classes names only \(counted(names.count, "class", plural: "es")); without a name: "
                + listed(unnamed)
        }
        let negative = ids.filter { $0 < 0 }
        if !negative.isEmpty { text += "\n\nno class ids, which count from 0 on: " + listed(negative) }
        return text
    }

    private func listed(_ ids: [Int64]) -> String { Messages.listed(ids.map { "\($0)" }, most: 10) }

    private func isNamed(_ id: Int64) -> Bool { id >= 0 && id < names.count }

    private func name(_ id: Int64) -> String { isNamed(id) ? names[Int(id)] : "\(id)" }
}
