import Messages
import Splits

/// The number of samples of each class in each split of a file.
struct ClassCounts {
    /// The maximum number of classes to list.
    private static let maximumListed = 100

    private let splits: [(name: String, counts: [String: Int]?)]
    /// The classes that occur or have names, in order.
    private let classes: [String]

    /// Fails if the labels of the first split are not one class for each sample. Labels that cannot be used for want of names
    /// are counted, too.
    init?(_ splits: [(name: String, labels: Labels?, schema: LabelSchema?)]) {
        guard let first = splits.first, let labels = first.labels, labels.classCounts != nil,
            first.schema == nil || first.schema?.kind == .classes
        else { return nil }
        let counts = splits.map { ($0.name, $0.labels?.classCounts) }
        self.splits = counts
        let named = first.schema?.classNames ?? labels.classNames ?? []
        let others = Set(counts.flatMap { $0.1.map { Array($0.keys) } ?? [] }).subtracting(named)
        classes = named + others.sorted()
    }

    /// One line for each class.
    var text: String {
        var table = TextTable(["class"] + splits.map(\.name), alignsRight: [false] + splits.map { _ in true })
        for name in classes.prefix(Self.maximumListed) {
            table.append([name] + splits.map { $0.counts.map { grouped($0[name] ?? 0) } ?? "-" })
        }
        guard classes.count > Self.maximumListed else { return table.text }
        return table.text + "\nand \(counted(classes.count - Self.maximumListed, "more class", plural: "es"))"
    }
}
