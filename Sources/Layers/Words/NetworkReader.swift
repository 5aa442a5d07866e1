/// Reads a network in words: items with commas between them, each a width or a word with numbers, `name=value` and, of some
/// kinds, items in brackets.
package struct NetworkReader {
    private let kinds: [ItemKind]
    /// How many brackets may lie within one another.
    private static let deepest = 32

    /// - Parameter kinds: those that may occur; one is called `dense`, whose word may be left out.
    package init(kinds: [ItemKind]) { self.kinds = kinds }

    /// Reads all items of a text.
    /// - Throws: `NetworkTextError`.
    package func items(of text: String) throws(NetworkTextError) -> [NetworkItem] {
        var tokens = Tokens(text)
        let items = try list(&tokens, path: [], closing: nil)
        return items
    }

    /// Reads a list up to its end.
    /// - Parameters:
    ///   - path: the numbers of the items around it.
    ///   - closing: the bracket that ends it; nil for the end of the text.
    private func list(
        _ tokens: inout Tokens, path: [Int], closing: String?
    ) throws(NetworkTextError) -> [NetworkItem] {
        var items: [NetworkItem] = []
        while true {
            let place = NetworkTextError.Place(numbers: path + [items.count + 1])
            items.append(try item(&tokens, place))
            switch tokens.next() {
            case ",": continue
            case closing: return items
            case nil: throw NetworkTextError(place, text: tokens.text, .bracketIsOpen)
            case let token?: throw NetworkTextError(place, text: tokens.text, .unexpected(token))
            }
        }
    }

    private func item(_ tokens: inout Tokens, _ place: NetworkTextError.Place) throws(NetworkTextError) -> NetworkItem {
        func error(_ problem: NetworkTextError.Problem) -> NetworkTextError {
            NetworkTextError(place, text: tokens.text, problem)
        }
        guard let word = tokens.peek(), !Tokens.isMark(word) else {
            throw error(tokens.peek() == "[" ? .bracketsWithoutWord : .isMissing)
        }
        // A width alone is a dense layer.
        let isWidth = Double(word) != nil
        if !isWidth { _ = tokens.next() }
        let name = isWidth ? Dense.word.name : word
        guard let kind = kinds.first(where: { $0.name == name }) else {
            throw error(.unknownKind(name, kinds: kinds.map(\.name)))
        }
        var numbers: [String] = []
        var options: [String: String] = [:]
        var items: [NetworkItem] = []
        while let token = tokens.peek(), token == "[" || !Tokens.isMark(token) {
            _ = tokens.next()
            if token == "[" {
                guard kind.hasItems, items.isEmpty else { throw error(.unexpected(token)) }
                guard place.numbers.count <= Self.deepest else { throw error(.tooDeep(Self.deepest)) }
                items = try list(&tokens, path: place.numbers, closing: "]")
            } else if let equals = token.firstIndex(of: "="), equals > token.startIndex {
                let name = String(token[..<equals])
                guard let option = kind.options.first(where: { $0.name == name }) else {
                    throw error(.unknownOption(name, of: kind.name, options: kind.options.map(\.name)))
                }
                guard options[name] == nil else { throw error(.optionTwice(name)) }
                options[name] = try value(String(token[token.index(after: equals)...]), of: option, error)
            } else {
                guard numbers.count < kind.numbers.count else { throw error(.unexpected(token)) }
                numbers.append(try value(token, of: kind.numbers[numbers.count], error))
            }
        }
        for number in kind.numbers.dropFirst(numbers.count) {
            guard let usual = number.usual else { throw error(.numberIsMissing(number.name, number.form)) }
            numbers.append(usual)
        }
        guard !kind.hasItems || !items.isEmpty else { throw error(.bracketsAreMissing) }
        let item = NetworkItem(kind, numbers: numbers, options: options, items: items)
        if let option = item.optionWithoutAnother { throw error(.meansNothing(option.name, without: option.condition)) }
        return item
    }

    private func value(
        _ text: String, of parameter: ItemKind.Parameter, _ error: (NetworkTextError.Problem) -> NetworkTextError
    ) throws(NetworkTextError) -> String {
        guard let value = parameter.form.canonical(text) else {
            throw error(.badValue(parameter.name, parameter.form, given: text))
        }
        return value
    }
}

/// The words, commas and brackets of a text.
private struct Tokens {
    let text: String
    private var rest: ArraySlice<String>

    init(_ text: String) {
        self.text = text
        var tokens: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { tokens.append(word) }
            word = ""
        }
        for character in text {
            if character.isWhitespace {
                end()
            } else if ",[]".contains(character) {
                end()
                tokens.append(String(character))
            } else {
                word.append(character)
            }
        }
        end()
        rest = tokens[...]
    }

    func peek() -> String? { rest.first }

    mutating func next() -> String? { rest.popFirst() }

    static func isMark(_ token: String) -> Bool { [",", "[", "]"].contains(token) }
}
