// MARK: Settings by form

extension Setting {
    static func choice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ key: String, _ path: WritableKeyPath<Configuration, Value> & Sendable, _ group: Group, _ help: String,
        shapesBits: Bool = true
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .choice(Value.allCases.map(\.rawValue)), valueName: "name",
            shapesBits: shapesBits,
            set: { (c, text) throws(SettingProblem) in c[keyPath: path] = try word(text) },
            text: { $0[keyPath: path].rawValue })
    }

    static func automaticChoice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ key: String, _ path: WritableKeyPath<Configuration, Value?> & Sendable, _ group: Group, _ help: String
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .choice([automatic] + Value.allCases.map(\.rawValue)),
            valueName: "name", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                c[keyPath: path] = text == automatic ? nil : try word(text, also: [automatic])
            },
            text: { $0[keyPath: path]?.rawValue ?? automatic })
    }

    static func integer(
        _ key: String, _ path: WritableKeyPath<Configuration, Int> & Sendable, _ range: ClosedRange<Int>,
        _ group: Group,
        _ help: String, shapesBits: Bool = true
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .integer, valueName: "N", shapesBits: shapesBits,
            set: { (c, text) throws(SettingProblem) in c[keyPath: path] = try RunSettings.integer(text, range) },
            text: { "\($0[keyPath: path])" })
    }

    /// - Parameter none: the word for nil.
    static func automaticInteger(
        _ key: String, _ path: WritableKeyPath<Configuration, Int?> & Sendable, _ range: ClosedRange<Int>,
        _ group: Group,
        _ help: String, shapesBits: Bool, none: String = automatic
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .integer, valueName: "N", shapesBits: shapesBits,
            set: { (c, text) throws(SettingProblem) in
                c[keyPath: path] = text == none ? nil : try RunSettings.integer(text, range)
            },
            text: { $0[keyPath: path].map(String.init) ?? none })
    }

    static func number(
        _ key: String, _ path: WritableKeyPath<Configuration, Double> & Sendable, _ bounds: Bounds, _ group: Group,
        _ help: String
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .number, valueName: "number", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in c[keyPath: path] = try RunSettings.number(text, bounds) },
            text: { "\($0[keyPath: path])" })
    }

    /// - Parameter none: the word for nil.
    static func automaticNumber(
        _ key: String, _ path: WritableKeyPath<Configuration, Double?> & Sendable, _ bounds: Bounds, _ group: Group,
        _ help: String, none: String = automatic
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .number, valueName: "number", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                c[keyPath: path] = text == none ? nil : try RunSettings.number(text, bounds)
            },
            text: { $0[keyPath: path].map { "\($0)" } ?? none })
    }

    static func flag(
        _ key: String, _ path: WritableKeyPath<Configuration, Bool> & Sendable, _ group: Group, _ help: String,
        shapesBits: Bool = true
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .flag, valueName: "", shapesBits: shapesBits,
            set: { (c, text) throws(SettingProblem) in
                guard let value = Bool(text) else { throw .notOneOf(["true", "false"], given: text) }
                c[keyPath: path] = value
            },
            text: { "\($0[keyPath: path])" })
    }

    static func seed(
        _ key: String, _ path: WritableKeyPath<Configuration, UInt64> & Sendable, _ group: Group, _ help: String
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .integer, valueName: "N", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                guard let seed = UInt64(text) else { throw .notOfForm("a whole number from 0 to 2⁶⁴ − 1", given: text) }
                c[keyPath: path] = seed
            },
            text: { "\($0[keyPath: path])" })
    }

    /// A path. It does not shape the bits; the data at the path does, and is checked by its digest.
    static func path(
        _ key: String, _ path: WritableKeyPath<Configuration, String?> & Sendable, _ group: Group = .data,
        _ help: String
    ) -> Setting {
        Setting(
            key: key, group: group, help: help, form: .text, valueName: "path", shapesBits: false,
            set: { (c, text) throws(SettingProblem) in c[keyPath: path] = text },
            text: { $0[keyPath: path] })
    }
}

private func word<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ text: String, also words: [String] = []
) throws(SettingProblem) -> Value {
    guard let value = Value(rawValue: text) else {
        throw .notOneOf(words + Value.allCases.map(\.rawValue), given: text)
    }
    return value
}
