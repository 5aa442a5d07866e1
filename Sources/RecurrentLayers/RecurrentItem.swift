import Kernels
import Layers

/// How items say recurrent layers: `lstm 128 bidirectional=yes layers=2 dropout=0.2 returns=mean`. An item makes several layers, one
/// for each direction and level.
package enum RecurrentItem {
    /// What comes after a recurrent item: all steps, or one row of them.
    package enum Returns: String, CaseIterable, Sendable { case auto, last, sequence, mean, max }

    package static let words = [
        ItemKind("rnn", numbers: [units], options: options),
        ItemKind("lstm", numbers: [units], options: options),
        gru,
    ]
    fileprivate static let gru = ItemKind(
        "gru", numbers: [units], options: options + [.init("reset", .choice(["after", "before"]), usual: "after")])
    private static let units = ItemKind.Parameter("units", .integer(1...65536))
    private static let options: [ItemKind.Parameter] = [
        .init("bidirectional", .yesOrNo, usual: "no"), .init("layers", .integer(1...64), usual: "1"),
        .init("dropout", .share, usual: "0", onlyWith: .init("layers")),
        .init("returns", .choice(Returns.allCases.map(\.rawValue)), usual: "auto"),
    ]

    package static func isRecurrent(_ item: NetworkItem) -> Bool { words.contains { $0.name == item.kind } }

    /// - Parameter item: a recurrent one.
    package static func cell(of item: NetworkItem) -> RecurrentCell {
        switch item.kind {
        case "rnn": .elman
        case "lstm": .longShortTermMemory
        default: .gatedUnit(resetsAfter: item.text("reset") == "after")
        }
    }
}

extension NetworkItem {
    /// Gated recurrent units of which nothing but their number is said.
    package static func gru(_ units: Int) -> NetworkItem { NetworkItem(RecurrentItem.gru, numbers: ["\(units)"]) }

    /// An embedding that has as many entries as the data needs.
    package static func embedding(_ size: Int) -> NetworkItem { NetworkItem(Embedding.word, numbers: ["\(size)"]) }

    /// Whether it goes through the steps of sequences, or reads their ids.
    package var readsSteps: Bool { RecurrentItem.isRecurrent(self) || kind == Embedding.word.name }
}
