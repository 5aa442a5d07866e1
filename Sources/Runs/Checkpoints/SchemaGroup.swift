import HDF5

/// Reads attributes and lists of a group of a schema, and names what is missing or impossible.
struct SchemaGroup {
    private let group: Group
    private let file: String

    init(_ group: Group, _ file: String) { (self.group, self.file) = (group, file) }

    func error(_ name: String) -> CheckpointError { .unreadableSchema(file: file, object: "\(group.path)/\(name)") }

    func number(_ name: String) throws -> Double {
        guard try group.hasAttribute(name), let value = try? group.readScalar(name, as: Double.self), value.isFinite
        else {
            throw error(name)
        }
        return value
    }

    /// A number, which may be NaN; nil if there is none.
    func anyNumber(_ name: String) throws -> Double? {
        try group.hasAttribute(name) ? group.readScalar(name, as: Double.self) : nil
    }

    /// A text; nil if there is none.
    func text(_ name: String) throws -> String? { try group.hasAttribute(name) ? group.readString(name) : nil }

    func requiredText(_ name: String) throws -> String {
        guard let text = try text(name) else { throw error(name) }
        return text
    }

    func word<Word: RawRepresentable<String>>(_ name: String) throws -> Word {
        guard let word = Word(rawValue: try requiredText(name)) else { throw error(name) }
        return word
    }

    /// A list of numbers; empty if there is none.
    func list<Number: HDF5Scalar>(_ name: String, as type: Number.Type) throws -> [Number] {
        try group.contains(name) ? group.dataset(name).read(as: type) : []
    }

    /// A list of texts; nil if there is none.
    func texts(_ name: String) throws -> [String]? {
        try group.contains(name) ? group.dataset(name).readStrings() : nil
    }
}

extension Group {
    /// Writes a list of numbers, unless it is empty.
    func writeList<Number: HDF5Scalar>(_ name: String, _ numbers: [Number]) throws {
        guard !numbers.isEmpty else { return }
        let options = DatasetOptions.checked(shape: [numbers.count])
        try createDataset(name, of: Number.self, shape: [numbers.count], options: options).write(numbers)
    }

    func writeTexts(_ name: String, _ texts: [String]) throws {
        _ = try createStringDataset(name, strings: texts, options: DatasetOptions(gzipLevel: 4, fletcher32: true))
    }
}
