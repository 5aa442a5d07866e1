internal import Glibc

/// What HDF5 refused, where, and why in its own words.
///
/// It is made for programs: the words a user reads are chosen by whoever catches it.
package struct HDF5Error: Error, Codable, Sendable, Equatable {
    /// What kind of thing went wrong.
    package enum Kind: Codable, Sendable, Equatable {
        /// There is no file of that name.
        case noSuchFile
        /// The file is there, but it has no HDF5 signature.
        case notHDF5
        /// The file is HDF5 or unreadable, and cannot be opened: truncated, damaged, not permitted.
        case cannotOpen
        /// The file ends before its content does; `detail` says how far it goes.
        case truncated
        /// The file is damaged: libhdf5 crashes on it.
        case crashes
        /// The file is damaged: libhdf5 does not come to an end with it.
        case hangs
        /// The process that read it was killed by the system or by somebody.
        case killed
        /// The system makes no process to read it in; `detail` says why.
        case noProcess
        /// The elements are compressed in a way that libhdf5 here cannot undo; `detail` names it.
        case missingFilter
        /// Some elements are in no file, and HDF5 would make them up.
        case missingElements(MissingElements)
        /// A file, group or dataset cannot be made.
        case cannotCreate
        /// There is no group, dataset or attribute of that name.
        case noSuchObject
        /// It is there, but is or holds something else: a dataset for a group, strings for numbers.
        case wrongType
        /// It cannot be read: damaged, failing its checksum, closed, too large, or out of range.
        case readFailed
        /// It cannot be written.
        case writeFailed
    }

    /// What kind of thing went wrong.
    package var kind: Kind
    /// The C function that failed, or that a check kept from being called.
    package var operation: String
    /// The file's path, or the name given to an image.
    package var path: String
    /// The object's path inside the file, or "". An attribute is written `path@name`.
    package var object: String
    /// The reason on one line: the innermost entries of HDF5's error stack.
    package var detail: String
    /// The system's `errno`, where it refused something, ENOMEM where that was memory: the file itself may be whole.
    package var code: Int32?
    /// Whether the machine let nobody read it: that says nothing of the file.
    package var isOfTheMachine: Bool { kind == .killed || kind == .noProcess }
    /// Whether there was no memory.
    package var isOutOfMemory: Bool { code == ENOMEM }

    /// Makes an error of these parts.
    package init(kind: Kind, operation: String, path: String, object: String, detail: String, code: Int32? = nil) {
        self.code = code
        self.kind = kind
        self.operation = operation
        self.path = path
        self.object = object
        self.detail = detail
    }
}

extension HDF5Error: CustomStringConvertible {
    /// All parts on one line, for logs and test failures.
    package var description: String {
        "\(operation) [\(kind)] \(path)\(object.isEmpty ? "" : ":" + object): \(detail)"
    }
}

/// Where a call is made: a file and a path inside it, for the error it may end in.
struct Location: Sendable {
    /// The file's path, or an image's name.
    let file: String
    /// The object's path inside the file; "" for the file itself.
    var object = ""

    /// An error found by this module's own checks, before HDF5 is called.
    func error(_ kind: HDF5Error.Kind, _ operation: String, _ detail: String, code: Int32? = nil) -> HDF5Error {
        HDF5Error(kind: kind, operation: operation, path: file, object: object, detail: detail, code: code)
    }
}

extension HDF5Error {
    /// The same error as `truncated`, where HDF5's words are those for it: "truncated file: eof = 3000, …,
    /// stored_eof = 67694".
    var withTruncation: HDF5Error {
        func number(after name: String) -> Int? {
            detail.split(separator: " \(name) = ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
        }
        guard kind == .cannotOpen, let found = number(after: "eof"), let expected = number(after: "stored_eof") else {
            return self
        }
        return HDF5Error(
            kind: .truncated, operation: operation, path: path, object: object,
            detail: "it has \(found) of \(expected) bytes")
    }
}
