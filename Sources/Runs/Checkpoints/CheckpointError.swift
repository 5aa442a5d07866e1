import RunSettings

/// Why a file cannot be used as a checkpoint.
package enum CheckpointError: Error, Codable, Sendable, Equatable {
    /// The file is not a checkpoint of Lockstep, though it may be an HDF5 file.
    case notACheckpoint(file: String)
    case unsupportedVersion(file: String, version: Int)
    /// A checksum does not match: the file is truncated or corrupt.
    case damaged(file: String)
    /// The checksum matches, but the content is invalid: another program wrote the file.
    case altered(file: String)
    case missing(file: String, object: String)
    case wrongShape(file: String, object: String, expected: [Int], found: [Int])
    case unreadableConfiguration(file: String, key: String, SettingProblem? = nil)
    /// A part of the schema is missing or impossible.
    case unreadableSchema(file: String, object: String)
    /// A newer version of Lockstep wrote the file, with a setting that this one does not know.
    case unknownSetting(file: String, key: String)

    /// Whether a run may fall back to an older checkpoint. It may not if somebody wrote the file on purpose.
    var isDamage: Bool {
        switch self {
        case .altered, .unsupportedVersion, .unknownSetting: false
        default: true
        }
    }
}
