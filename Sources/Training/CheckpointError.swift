/// Why a file cannot be used as a checkpoint.
public enum CheckpointError: Error, Sendable, Equatable {
    /// HDF5, perhaps, but not one of ours.
    case notACheckpoint(file: String)
    case unsupportedVersion(file: String, version: Int)
    /// The bytes are not those that were written.
    case damaged(file: String)
    case missing(file: String, object: String)
    case wrongShape(file: String, object: String, expected: [Int], found: [Int])
    case unreadableConfiguration(file: String, key: String)

    /// Whether the file is none that an older checkpoint could not stand in for: not so for one of a newer Lockstep.
    var isDamage: Bool {
        if case .unsupportedVersion = self { false } else { true }
    }
}
