/// Why a file cannot be used as a checkpoint.
package enum CheckpointError: Error, Codable, Sendable, Equatable {
    /// HDF5, perhaps, but not one of ours.
    case notACheckpoint(file: String)
    case unsupportedVersion(file: String, version: Int)
    /// The bytes are not those that were written.
    case damaged(file: String)
    /// The bytes are those that were written, but no Lockstep wrote them.
    case altered(file: String)
    case missing(file: String, object: String)
    case wrongShape(file: String, object: String, expected: [Int], found: [Int])
    case unreadableConfiguration(file: String, key: String)
    /// It was made with a setting that only a newer Lockstep knows.
    case unknownSetting(file: String, key: String)

    /// Whether an older checkpoint stands in for the file: not so where its bytes are what somebody wrote.
    var isDamage: Bool {
        switch self {
        case .altered, .unsupportedVersion, .unknownSetting: false
        default: true
        }
    }
}
