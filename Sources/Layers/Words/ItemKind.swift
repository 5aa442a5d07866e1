/// A kind of item in a network's words: `dense`, `dropout`, `residual`. It says which numbers and options follow the word.
package struct ItemKind: Sendable {
    /// Something that is said of an item.
    package struct Parameter: Sendable {
        package let name: String
        package let form: Form
        /// What holds if it is not said; nil for a number that must be said.
        package let usual: String?
        /// What must be said for it to mean anything; nil for nothing.
        package let condition: Condition?

        package init(_ name: String, _ form: Form, usual: String? = nil, onlyWith condition: Condition? = nil) {
            (self.name, self.form, self.usual, self.condition) = (name, form, usual, condition)
        }
    }

    /// Another option with a value: a certain one, or any but the usual one.
    package struct Condition: Sendable, Equatable, Codable {
        package let option: String
        package let value: String?

        package init(_ option: String, _ value: String? = nil) { (self.option, self.value) = (option, value) }
    }

    /// The values that a parameter may have.
    package enum Form: Sendable, Equatable, Codable {
        case integer(ClosedRange<Int>)
        /// A number from 0 up to 1, without 1.
        case share
        /// A number of 0 or more.
        case factor
        case choice([String])
        /// A size of 1 or more for each axis, such as 3x3, or one for all of them.
        case sizes
        /// A shape of one or more axes, such as 8x8x3.
        case shape
        /// `same`, `valid`, one number for all sides, or one for each side with dots between them: 0.1.0.1.
        case padding
        /// A word, or a whole number.
        case integerOr(String, ClosedRange<Int>)
        /// A normalisation: `none`, `batch`, `layer`, `instance`, or `group:` and a number of groups.
        case normalization
        /// A name that begins with a letter, and goes on with letters, digits, - and _.
        case name
    }

    package let name: String
    /// What stands by its position after the word.
    package let numbers: [Parameter]
    /// What is said as `name=value`.
    package let options: [Parameter]
    /// Whether items in brackets follow.
    package let hasItems: Bool

    package init(_ name: String, numbers: [Parameter] = [], options: [Parameter] = [], hasItems: Bool = false) {
        (self.name, self.numbers, self.hasItems) = (name, numbers, hasItems)
        self.options = options + Self.optionsOfAll
    }

    /// What may be said of any item.
    private static let optionsOfAll = [
        Parameter("name", .name), Parameter("trainable", .yesOrNo, usual: "yes"),
        Parameter("rate", .factor, usual: "1"),
    ]
}

extension ItemKind.Form {
    package static let yesOrNo = Self.choice(["yes", "no"])

    /// A value in its shortest text: 0.5 for 0.50.
    /// - Returns: nil for a text that is no such value.
    func canonical(_ text: String) -> String? {
        switch self {
        case .integer(let bounds):
            return Int(text).flatMap { bounds.contains($0) ? "\($0)" : nil }
        case .share:
            return number(text).flatMap { (0..<1).contains($0) ? describe($0) : nil }
        case .factor:
            return number(text).flatMap { $0 >= 0 ? describe($0) : nil }
        case .choice(let words):
            return words.contains(text) ? text : nil
        case .sizes:
            return numbers(text, "x", 1...1000)
        case .shape:
            return numbers(text, "x", 1...1_000_000)
        case .padding:
            return ["same", "valid"].contains(text) ? text : numbers(text, ".", 0...1000)
        case .integerOr(let word, let bounds):
            return text == word ? text : Self.integer(bounds).canonical(text)
        case .normalization:
            if ["none", "batch", "layer", "instance"].contains(text) { return text }
            guard text.hasPrefix("group:") else { return nil }
            return Self.integer(1...65536).canonical(String(text.dropFirst("group:".count))).map { "group:\($0)" }
        case .name:
            let isName =
                text.first?.isLetter == true && text.allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) }
            return isName && text.allSatisfy(\.isASCII) ? text : nil
        }
    }

    /// Whole numbers with a mark between them.
    private func numbers(_ text: String, _ mark: Character, _ bounds: ClosedRange<Int>) -> String? {
        let numbers = text.split(separator: mark, omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.allSatisfy({ $0.map(bounds.contains) ?? false }) else { return nil }
        return numbers.compactMap { $0.map(String.init) }.joined(separator: String(mark))
    }

    private func number(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }

    private func describe(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
}
