/// Why a network in words cannot be read.
package struct NetworkTextError: Error, Sendable, Equatable, Codable {
    /// The number of an item, counted from 1, after those of the items around it.
    package struct Place: Sendable, Equatable, Codable {
        package let numbers: [Int]

        package init(numbers: [Int]) { self.numbers = numbers }
    }

    package enum Problem: Sendable, Equatable, Codable {
        /// There is no item: two commas follow one another, or the text ends after one.
        case isMissing
        case unknownKind(String, kinds: [String])
        case unknownOption(String, of: String, options: [String])
        case optionTwice(String)
        /// A number that must be said is not.
        case numberIsMissing(String, ItemKind.Form)
        case badValue(String, ItemKind.Form, given: String)
        /// An option means nothing unless another is said.
        case meansNothing(String, without: ItemKind.Condition)
        /// The word or mark does not belong there.
        case unexpected(String)
        case bracketIsOpen
        case bracketsAreMissing
        /// A list of items in brackets where an item should begin.
        case bracketsWithoutWord
        /// Brackets within more brackets than this.
        case tooDeep(Int)
    }

    package let place: Place
    /// The whole text.
    package let text: String
    package let problem: Problem

    init(_ place: Place, text: String, _ problem: Problem) {
        (self.place, self.text, self.problem) = (place, text, problem)
    }
}
