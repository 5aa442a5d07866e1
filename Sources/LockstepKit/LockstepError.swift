import Messages

/// An error of this library. Its description says what is wrong, where, and what to do, in the words of the command.
public struct LockstepError: Error, Sendable, CustomStringConvertible {
    /// The kind of an error.
    public enum Kind: Sendable {
        /// Settings that do not exist, have invalid values, or contradict each other.
        case usage
        /// Arrays or files with invalid content.
        case badData
        /// The file does not exist.
        case noInput
        /// The loss, a gradient or a function is no longer finite.
        case diverged
        /// Memory is not sufficient.
        case outOfMemory
        /// A file cannot be written.
        case cannotWrite
        /// oneDNN does not work on this machine.
        case unavailable
    }

    /// The kind of the error.
    public let kind: Kind
    /// The message.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        (self.kind, self.description) = (kind, description)
    }

    init(_ error: any Error) {
        if let error = error as? LockstepError {
            self = error
            return
        }
        let message = ErrorMessage(error)
        description = message?.text ?? "\(error)"
        kind =
            switch message?.code {
            case .usage, .stopped, nil: .usage
            case .badData: .badData
            case .noInput: .noInput
            case .numerical: .diverged
            case .outOfMemory: .outOfMemory
            case .cannotWrite: .cannotWrite
            case .unavailable: .unavailable
            }
    }
}

/// Runs `body` and converts its errors.
/// - Throws: `LockstepError`.
func worded<Result>(_ body: () throws -> Result) throws(LockstepError) -> Result {
    do {
        return try body()
    } catch {
        throw LockstepError(error)
    }
}
