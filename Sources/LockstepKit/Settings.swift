import Messages
import RunSettings

/// Settings with the keys and values of a configuration file: `["layers": "512,256", "optimizer": "adam"]`.
public typealias Settings = KeyValuePairs<String, String>

extension Configuration {
    /// Applies settings.
    /// - Parameter excluded: the keys of settings that do not apply.
    /// - Throws: `LockstepError` of kind `usage` for unknown or excluded keys and invalid values.
    mutating func specify(_ settings: Settings, excluding excluded: Set<String>) throws(LockstepError) {
        for (name, value) in settings {
            guard let setting = Setting.named(name) else { throw LockstepError(.usage, unknownSetting(name)) }
            guard !excluded.contains(name) else {
                throw LockstepError(.usage, "\(name) is a setting of runs in directories, and has no meaning here")
            }
            do {
                try specify(setting, value)
            } catch {
                throw LockstepError(.usage, error.wording(of: name))
            }
        }
    }
}
