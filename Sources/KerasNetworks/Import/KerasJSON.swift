import DurableFiles
import Foundation

extension JSON: Decodable {
    /// Reads a text; the members of objects come in the order of their names.
    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // What is most frequent comes first, since each trial that fails makes an error.
        if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let members = try? value.decode([String: JSON].self) {
            self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        } else if value.decodeNil() {
            self = .null
        } else if let integer = try? value.decode(Int.self) {
            self = .integer(integer)
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let items = try? value.decode([JSON].self) {
            self = .array(items)
        } else {
            self = .number(try value.decode(Double.self))
        }
    }

    /// - Returns: nil for a text that is no JSON.
    init?(reading text: String) {
        guard let json = try? JSONDecoder().decode(JSON.self, from: Data(text.utf8)) else { return nil }
        self = json
    }
}

/// What a value is, if it is of that kind.
extension JSON {
    /// A member of an object; nil if it is none, has none of that name, or one that is null.
    subscript(name: String) -> JSON? {
        guard case .object(let members) = self, let value = members.first(where: { $0.0 == name })?.1 else {
            return nil
        }
        return value == .null ? nil : value
    }

    var items: [JSON]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    var plainText: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var wholeNumber: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    var realNumber: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// The numbers in brackets of any depth; nil if there is anything else.
    var allNumbers: [Double]? {
        guard let items else { return realNumber.map { [$0] } }
        let lists = items.compactMap(\.allNumbers)
        return lists.count == items.count ? Array(lists.joined()) : nil
    }

    /// As errors show it.
    var shortText: String {
        let text = plainText ?? text
        return text.count > 60 ? text.prefix(57) + "…" : text
    }
}
