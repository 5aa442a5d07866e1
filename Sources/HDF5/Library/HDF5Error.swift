internal import Glibc

/// A failed operation of HDF5: its kind, its location, and HDF5's reason. `Messages` has the text for users.
package struct HDF5Error: Error, Codable, Sendable, Equatable {
    /// The kind of a failure.
    package enum Kind: Codable, Sendable, Equatable {
        /// The file does not exist.
        case noSuchFile
        /// The file has no HDF5 signature.
        case notHDF5
        /// The file cannot be opened: it is truncated or damaged, or access is denied.
        case cannotOpen
        /// The file is truncated; `detail` has its size and the expected size.
        case truncated
        /// libhdf5 crashes on the damaged file.
        case crashes
        /// libhdf5 does not finish reading the damaged file.
        case hangs
        /// The child process that read the file was killed from outside.
        case killed
        /// No child process could be created; `detail` has the reason.
        case noProcess
        /// The elements need a compression filter that libhdf5 does not have; `detail` names it.
        case missingFilter
        /// Some elements are not stored in any file, and HDF5 would return fill values for them.
        case missingElements(MissingElements)
        /// A file, group or dataset cannot be created.
        case cannotCreate
        /// There is no such group, dataset or attribute.
        case noSuchObject
        /// The object or its elements have another type: a dataset rather than a group, strings rather than numbers.
        case wrongType
        /// The object cannot be read: it is damaged, closed, too large, or a range is invalid.
        case readFailed
        /// The object cannot be written.
        case writeFailed
    }

    /// The kind of the failure.
    package var kind: Kind
    /// The C function that failed, or that would have been called if a check had not failed.
    package var operation: String
    /// The file's path, or the name given to an image.
    package var path: String
    /// The object's path inside the file, or "". An attribute is written `path@name`.
    package var object: String
    /// The reason on one line: the innermost entries of HDF5's error stack.
    package var detail: String
    /// The system's `errno`, if a system call failed; ENOMEM if memory was short. The file may be intact.
    package var code: Int32?
    /// Whether the child process failed for reasons outside the file, which may be intact.
    package var isProcessFailure: Bool { kind == .killed || kind == .noProcess }
    /// Whether memory was short.
    package var isOutOfMemory: Bool { code == ENOMEM }

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

/// The file and the path inside it that a call concerns, for errors.
struct Location: Sendable {
    /// The file's path, or an image's name.
    let file: String
    /// The object's path inside the file; "" for the file itself.
    var object = ""

    /// An error of a check before HDF5 is called.
    func error(_ kind: HDF5Error.Kind, _ operation: String, _ detail: String, code: Int32? = nil) -> HDF5Error {
        HDF5Error(kind: kind, operation: operation, path: file, object: object, detail: detail, code: code)
    }
}

extension HDF5Error {
    /// The same error with the kind `truncated`, if HDF5's text is of the form "truncated file: eof = 3000, …,
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
