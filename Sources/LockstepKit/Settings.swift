import Messages
import RunSettings

/// Settings by the names and in the words of a configuration file: `["layers": "512,256", "optimizer": "adam"]`.
public typealias Settings = KeyValuePairs<String, String>

extension Configuration {
    /// - Parameter excluded: names of settings that have no meaning here.
    /// - Throws: `LockstepError` of kind `usage` for names and values that are none.
    mutating func say(_ settings: Settings, excluding excluded: Set<String>) throws(LockstepError) {
        for (name, value) in settings {
            guard let setting = Setting.named(name) else { throw LockstepError(.usage, unknownSetting(name)) }
            guard !excluded.contains(name) else {
                throw LockstepError(.usage, "\(name) is a setting of runs in directories, and has no meaning here")
            }
            do {
                try say(setting, value)
            } catch {
                throw LockstepError(.usage, error.wording(of: name))
            }
        }
    }
}
