import DurableFiles

extension ConfigurationFile {
    /// The JSON Schema (draft 2020-12) of a settings file, with which editors complete and validate it.
    package static var schema: JSON {
        .object([
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("Settings of lockstep")), ("type", .string("object")),
            ("additionalProperties", .bool(false)),
            ("properties", .object(Setting.all.map { ($0.key, $0.schema) })),
        ])
    }
}

extension Setting {
    fileprivate var schema: JSON {
        var members: [(String, JSON)] = [("description", .string(help))]
        switch form {
        case .flag: members.append(("type", .string("boolean")))
        case .choice(let words): members.append(("enum", .array(words.map(JSON.string))))
        case .number: members.append(("type", types("number")))
        case .integer: members.append(("type", types("integer")))
        case .list: members += [("type", .array([.string("array"), .string("string")])), ("items", layerItems)]
        case .text: members.append(("type", .array([.string("string"), .string("number")])))
        }
        return .object(members + (defaultValue.map { [("default", $0)] } ?? []))
    }

    /// A width, or words.
    private var layerItems: JSON { .object([("type", .array([.string("integer"), .string("string")]))]) }

    /// The type of a number, and also string if the default is a word such as auto.
    private func types(_ type: String) -> JSON {
        defaultText.flatMap(Double.init) == nil ? .array([.string(type), .string("string")]) : .string(type)
    }

    private var defaultValue: JSON? {
        guard let text = defaultText else { return nil }
        switch form {
        case .flag: return .bool(text == "true")
        case .number, .integer:
            return Int(text).map(JSON.integer) ?? Double(text).map(JSON.number) ?? .string(text)
        case .list: return .array(listItems(text).map { item in Int(item).map(JSON.integer) ?? .string(item) })
        case .choice, .text: return .string(text)
        }
    }
}
