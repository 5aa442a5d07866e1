/// An item of a network in words, such as `dense 256 activation=tanh` or `residual [dense 64, dense 64]`.
package struct NetworkItem: Sendable, Equatable {
    private let word: ItemKind
    /// What is said by position, in the kind's order, in its shortest text.
    package let numbers: [String]
    /// What is said as `name=value`, in the kind's order; what is usual is left out.
    package let options: [(name: String, value: String)]
    /// The items in brackets; empty for a kind that has none.
    package let items: [NetworkItem]

    package init(
        _ kind: ItemKind, numbers: [String], options: [String: String] = [:], items: [NetworkItem] = []
    ) {
        (word, self.numbers, self.items) = (kind, numbers, items)
        self.options = kind.options.compactMap { option in
            options[option.name].flatMap { $0 == option.usual ? nil : (option.name, $0) }
        }
    }

    /// The word that it begins with.
    package var kind: String { word.name }

    /// A dense layer of which nothing but its width is said.
    package static func dense(_ width: Int) -> NetworkItem {
        NetworkItem(Dense.word, numbers: ["\(width)"])
    }

    package static func dropout(_ rate: Double) -> NetworkItem {
        NetworkItem(Dropout.word, numbers: ["\(rate)"])
    }

    /// The same item, of which an option is said, too.
    package func saying(_ option: String, _ value: String) -> NetworkItem {
        var said = Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0.value) })
        said[option] = value
        return NetworkItem(word, numbers: numbers, options: said, items: items)
    }

    /// The same item with others in its brackets.
    package func holding(_ items: [NetworkItem]) -> NetworkItem {
        NetworkItem(
            word, numbers: numbers, options: Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0.value) }),
            items: items)
    }

    /// The width of a dense layer of which nothing else is said; nil for any other item.
    package var width: Int? { kind == Dense.word.name && options.isEmpty ? numbers.first.flatMap { Int($0) } : nil }

    /// What is said, with a bare width for a dense layer of which nothing else is said.
    package var shortText: String {
        width.map(String.init) ?? text(options: options, items: items.map(\.shortText))
    }

    /// What is said of a block itself.
    package var textWithoutItems: String { text(options: options, items: []) }

    /// Every option, so that another version's defaults change nothing.
    package var fullText: String {
        let meant = word.options.filter { isMet($0.condition) }
        let (usual, others) = (meant.filter { $0.usual != nil }, meant.filter { $0.usual == nil })
        let options = (usual + others).compactMap { option in text(option.name).map { (name: option.name, value: $0) } }
        return text(options: options, items: items.map(\.fullText))
    }

    private func text(options: [(name: String, value: String)], items: [String]) -> String {
        ([kind] + numbers + (items.isEmpty ? [] : ["[" + items.joined(separator: ", ") + "]"])
            + options.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
    }

    package static func == (left: NetworkItem, right: NetworkItem) -> Bool { left.fullText == right.fullText }
}

/// The values of its parameters, by their names. The kind must have the parameter, and the value that form.
extension NetworkItem {
    /// What is said, or what is usual; nil if neither is.
    package func text(_ parameter: String) -> String? {
        if let index = word.numbers.firstIndex(where: { $0.name == parameter }) { return numbers[index] }
        guard let option = word.options.first(where: { $0.name == parameter }) else {
            preconditionFailure("\(kind) has no \(parameter)")
        }
        return options.first { $0.name == parameter }?.value ?? option.usual
    }

    /// Whether an option that has this condition means anything.
    func isMet(_ condition: ItemKind.Condition?) -> Bool {
        guard let condition else { return true }
        let usual = word.options.first { $0.name == condition.option }?.usual
        let text = text(condition.option)
        return condition.value.map { $0 == text } ?? (text != usual)
    }

    /// The first option that is said, and means nothing without another.
    var optionWithoutAnother: (name: String, condition: ItemKind.Condition)? {
        for option in word.options {
            guard let condition = option.condition, !isMet(condition),
                options.contains(where: { $0.name == option.name })
            else { continue }
            return (option.name, condition)
        }
        return nil
    }

    /// Whether it reads images or sequences.
    package var movesWindow: Bool {
        has("window") || isGlobalPool || kind == ChannelDropout.word.name
    }

    /// Whether it takes the mean over all places, or steps.
    package var isGlobalPool: Bool { kind == Pooling.globalWord.name }

    /// Whether it tells channels from other axes.
    package var normalizes: Bool { (BatchNormalization.words + GroupNormalization.words).contains { $0.name == kind } }

    /// Whether it reads the values of a sample as they come, whatever their axes are.
    package var ignoresAxes: Bool {
        [ItemKind.flatten.name, ItemKind.reshape.name, Dense.word.name].contains(kind)
    }

    /// Whether its kind has a parameter.
    package func has(_ parameter: String) -> Bool { (word.numbers + word.options).contains { $0.name == parameter } }

    package func integer(_ parameter: String) -> Int { value(parameter, Int.init) }

    package func number(_ parameter: String) -> Double { value(parameter, Double.init) }

    package func isOn(_ parameter: String) -> Bool { value(parameter) { ["yes": true, "no": false][$0] } }

    /// One of some words; nil if it is not said, and nothing is usual.
    package func choice<Choice: RawRepresentable<String>>(_ parameter: String, _: Choice.Type = Choice.self) -> Choice?
    {
        text(parameter).map { _ in value(parameter, Choice.init) }
    }

    /// Of `3x3` 3 and 3, of `3` one 3.
    package func sizes(_ parameter: String) -> [Int] {
        value(parameter) { $0.split(separator: "x").compactMap { Int($0) } }
    }

    private func value<Value>(_ parameter: String, _ value: (String) -> Value?) -> Value {
        guard let text = text(parameter), let found = value(text) else {
            preconditionFailure("\(parameter) of \(kind) has another form")
        }
        return found
    }
}

extension [NetworkItem] {
    /// What is said, with commas between the items.
    package var shortText: String { map(\.shortText).joined(separator: ", ") }

    /// Every option, with commas between the items.
    package var fullText: String { map(\.fullText).joined(separator: ", ") }
}
