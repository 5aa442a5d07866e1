internal import CHDF5

/// Owns an HDF5 id and closes it.
struct Handle: ~Copyable, Sendable {
    /// A C function that closes ids of one type.
    typealias Close = @Sendable @convention(c) (hid_t) -> herr_t

    /// Valid until `deinit`, or until the file is closed.
    let id: hid_t
    private let close: Close

    /// Takes ownership of the id that `open` returns.
    /// - Throws: `HDF5Error` if the call fails.
    init(
        _ kind: @autoclosure () -> HDF5Error.Kind,
        _ operation: String,
        at location: Location,
        close: Close,
        _ open: () -> hid_t
    ) throws {
        id = try Library.call(kind(), operation, at: location, open)
        self.close = close
    }

    deinit {
        Library.locked {
            // The id is invalid if its file has been closed. HDF5 does not reuse ids.
            if H5Iis_valid(id) > 0 { _ = close(id) }
        }
    }
}

/// The open file that a `File` and its groups and datasets share. It closes with the last of them.
final class OpenFile: Sendable {
    let handle: Handle
    let location: Location

    init(_ handle: consuming Handle, at location: Location) {
        self.handle = handle
        self.location = location
    }
}
