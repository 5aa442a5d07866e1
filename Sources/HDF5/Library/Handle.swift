internal import CHDF5

/// The owner of one HDF5 id, which it closes.
struct Handle: ~Copyable, Sendable {
    /// A C function that closes ids of one type.
    typealias Close = @Sendable @convention(c) (hid_t) -> herr_t

    /// Valid from `init` on, until `deinit` or until its file is closed.
    let id: hid_t
    private let close: Close

    /// Owns the id that `open` gives; a failed call gives none and throws.
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
            // Closing a file closes its objects too, and HDF5 does not use an id twice.
            if H5Iis_valid(id) > 0 { _ = close(id) }
        }
    }
}

/// The open file that a `File` and its groups and datasets share: it closes when the last of them goes.
final class OpenFile: Sendable {
    let handle: Handle
    let location: Location

    init(_ handle: consuming Handle, at location: Location) {
        self.handle = handle
        self.location = location
    }
}
