/// An item of a network in words, such as `dense 256 activation=tanh` or `residual [dense 64, dense 64]`.
package struct NetworkItem: Sendable, Equatable {
    /// The word that it begins with.
    package let kind: String
    /// What is said by position, in the kind's order, in its shortest text.
    package let numbers: [String]
    /// What is said as `name=value`, in the kind's order; what is usual is left out.
    package let options: [(name: String, value: String)]
    /// The items in brackets; empty for a kind that has none.
    package let items: [NetworkItem]
    private let usual: [(name: String, value: String)]

    init(
        _ kind: ItemKind, numbers: [String], options: [String: String], items: [NetworkItem]
    ) {
        (self.kind, self.numbers, self.items) = (kind.name, numbers, items)
        self.options = kind.options.compactMap { option in
            options[option.name].flatMap { $0 == option.usual ? nil : (option.name, $0) }
        }
        usual = kind.options.compactMap { option in option.usual.map { (option.name, $0) } }
    }

    /// A dense layer of which nothing but its width is said.
    package static func dense(_ width: Int) -> NetworkItem {
        NetworkItem(Dense.word, numbers: ["\(width)"], options: [:], items: [])
    }

    package static func dropout(_ rate: Double) -> NetworkItem {
        NetworkItem(Dropout.word, numbers: ["\(rate)"], options: [:], items: [])
    }

    /// The width of a dense layer of which nothing else is said; nil for any other item.
    package var width: Int? { kind == Dense.word.name && options.isEmpty ? numbers.first.flatMap { Int($0) } : nil }

    /// The value of an option: what is said, or what is usual; nil if neither is.
    package subscript(option: String) -> String? {
        (options + usual).first { $0.name == option }?.value
    }

    /// What is said, with a bare width for a dense layer of which nothing else is said.
    package var shortText: String {
        width.map(String.init) ?? text(options: options, items: items.map(\.shortText))
    }

    /// What is said of a block itself.
    var textWithoutItems: String { text(options: options, items: []) }

    /// Every option, so that another version's defaults change nothing.
    package var fullText: String {
        let all = usual.map { name, value in (name: name, value: self[name] ?? value) }
        let others = options.filter { option in !usual.contains { $0.name == option.name } }
        return text(options: all.filter { !$0.value.isEmpty } + others, items: items.map(\.fullText))
    }

    private func text(options: [(name: String, value: String)], items: [String]) -> String {
        ([kind] + numbers + (items.isEmpty ? [] : ["[" + items.joined(separator: ", ") + "]"])
            + options.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
    }

    package static func == (left: NetworkItem, right: NetworkItem) -> Bool { left.fullText == right.fullText }
}

extension [NetworkItem] {
    /// What is said, with commas between the items.
    package var shortText: String { map(\.shortText).joined(separator: ", ") }

    /// Every option, with commas between the items.
    package var fullText: String { map(\.fullText).joined(separator: ", ") }
}
