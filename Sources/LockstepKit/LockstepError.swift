import Messages

/// Why a call of this library failed. Its description says what is wrong, where, and what to do, as the command does.
public struct LockstepError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: Sendable {
        /// Settings that do not exist, or do not go together.
        case usage
        /// Arrays or files that cannot be used.
        case badData
        /// There is no such file.
        case noInput
        /// The loss, a gradient or a function is not finite any more.
        case diverged
        case outOfMemory
        case cannotWrite
        /// oneDNN cannot be used here.
        case unavailable
    }

    public let kind: Kind
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

/// Runs `body`, whose errors get words.
func worded<Result>(_ body: () throws -> Result) throws(LockstepError) -> Result {
    do {
        return try body()
    } catch {
        throw LockstepError(error)
    }
}
