import Models
import RunSettings
import Splits
import Yams

// MARK: /config of a checkpoint

extension Model {
    /// The settings that determine the bits.
    package var entries: [(key: String, value: Node)] {
        ConfigurationFile.entries(of: configuration, isFull: true, where: \.shapesBits)
    }

    /// Reads `entries` from a file.
    /// - Throws: `CheckpointError.unreadableConfiguration` and `.unknownSetting` naming the key.
    init(entries mapping: Node.Mapping, schema: Schema, file: String) throws {
        func fail(_ key: String, _ problem: SettingProblem? = nil) -> CheckpointError {
            .unreadableConfiguration(file: file, key: key, problem)
        }
        var configuration = Configuration()
        for (node, value) in mapping {
            guard let key = node.scalar?.string else { continue }
            guard let setting = Setting.named(key), setting.shapesBits else {
                guard DataFingerprint.keys.contains(key) else {
                    throw CheckpointError.unknownSetting(file: file, key: key)
                }
                continue
            }
            let list = value.sequence?.compactMap { $0.scalar?.string }.joined(separator: ",")
            do {
                try setting.set(&configuration, value.scalar?.string ?? list ?? "")
            } catch {
                throw fail(key, error)
            }
        }
        guard let loss = configuration.loss else { throw fail("loss") }
        try self.init(configuration: configuration, loss: loss, schema: schema)
    }
}
