import Datasets
import Models
import Networks
import RunSettings
import Yams

// MARK: /config of a checkpoint

extension Model {
    /// The settings that determine the bits, and the meaning of inputs and outputs.
    package var entries: [(key: String, value: Node)] {
        var entries: [(key: String, value: Node)] = [
            ("input", ConfigurationFile.list(inputShape.map(String.init))),
            ("outputs", Node("\(encoding.outputs)")),
            ("targets", Node(encoding.name)),
            ("accuracy", Node(network.objective.correctness.rawValue)),
        ]
        if let classNames { entries.append(("classes", ConfigurationFile.list(classNames))) }
        return entries + ConfigurationFile.entries(of: configuration, where: \.shapesBits)
    }

    /// Keys of the entries that are not settings.
    private static let ownKeys = ["input", "outputs", "targets", "accuracy", "classes"]

    /// Reads `entries` from a file.
    /// - Throws: `CheckpointError.unreadableConfiguration` and `.unknownSetting` naming the key.
    init(entries mapping: Node.Mapping, file: String) throws {
        func fail(_ key: String) -> CheckpointError { .unreadableConfiguration(file: file, key: key) }
        func list(_ key: String) -> [String]? {
            mapping[Node(key)]?.sequence?.compactMap { $0.scalar?.string }
        }
        func scalar(_ key: String) throws -> String {
            guard let text = mapping[Node(key)]?.scalar?.string else { throw fail(key) }
            return text
        }

        var configuration = Configuration()
        for (node, value) in mapping {
            guard let key = node.scalar?.string else { continue }
            guard let setting = Setting.named(key), setting.shapesBits else {
                guard Self.ownKeys.contains(key) || DataFingerprint.keys.contains(key) else {
                    throw CheckpointError.unknownSetting(file: file, key: key)
                }
                continue
            }
            let text = value.scalar?.string ?? list(key)?.joined(separator: ",") ?? ""
            do {
                try setting.set(&configuration, text)
            } catch {
                throw fail(key)
            }
        }
        let inputShape = list("input")?.compactMap { Int($0) }.filter { $0 > 0 } ?? []
        // A forged file may claim any size. With these bounds and those of `layers`, products do not overflow.
        guard !inputShape.isEmpty, inputShape.count == list("input")?.count,
            inputShape.reduce(1, { $0.multipliedSaturating(by: $1) }) <= 1 << 36
        else { throw fail("input") }
        guard let outputs = Int(try scalar("outputs")), (1...1 << 31).contains(outputs) else { throw fail("outputs") }
        guard let encoding = LabelEncoding(name: try scalar("targets"), outputs: outputs) else {
            throw fail("targets")
        }
        guard let correctness = Correctness(rawValue: try scalar("accuracy")) else { throw fail("accuracy") }
        guard let loss = configuration.loss else { throw fail("loss") }
        try self.init(
            configuration: configuration, loss: loss, inputShape: inputShape, encoding: encoding,
            correctness: correctness, classNames: list("classes"))
    }
}

extension LabelEncoding {
    fileprivate var name: String {
        switch self {
        case .classIDs: "class-ids"
        case .oneHot: "one-hot"
        case .binary: "binary"
        case .distribution: "distribution"
        case .numbers: "numbers"
        }
    }

    fileprivate init?(name: String, outputs: Int) {
        switch name {
        case "class-ids": self = .classIDs(classCount: outputs)
        case "one-hot": self = .oneHot(classCount: outputs)
        case "binary": self = .binary(width: outputs)
        case "distribution": self = .distribution(width: outputs)
        case "numbers": self = .numbers(width: outputs)
        default: return nil
        }
    }
}
