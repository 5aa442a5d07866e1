import Datasets
import Messages

/// The number of samples of each class in each split of a file.
struct ClassCounts {
    /// The maximum number of classes to list.
    private static let maximumListed = 100

    private let splits: [(name: String, counts: [Int64: Int]?)]
    private let names: [String]
    /// The class ids that occur or have names, in order.
    private let ids: [Int64]

    /// Fails if the labels do not look like class ids: too many different values without names.
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
        if count == 0 && ids.count > Self.maximumListed { return nil }
    }

    /// One line for each class, followed by remarks.
    var text: String {
        var table = TextTable(["class"] + splits.map(\.name), alignsRight: [false] + splits.map { _ in true })
        for id in ids.prefix(Self.maximumListed) {
            table.append([name(id)] + splits.map { $0.counts.map { grouped($0[id] ?? 0) } ?? "-" })
        }
        var text = table.text
        if ids.count > Self.maximumListed {
            text += "\nand \(counted(ids.count - Self.maximumListed, "more class", plural: "es"))"
        }
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
