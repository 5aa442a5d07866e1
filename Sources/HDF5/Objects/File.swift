internal import CHDF5
internal import Glibc

/// An open HDF5 file.
///
/// It closes with the last reference to it and to its groups and datasets, or by `close()`. Files, groups and
/// datasets may be used from any thread; one process-wide lock lets one call at a time into the library.
package final class File: Sendable {
    /// The group that all others are in, "/".
    package let root: Group

    private let open: OpenFile

    /// The path it was opened by, or the name of an image.
    package var path: String { open.location.file }

    /// Takes over a file that has just been opened or created.
    init(_ handle: consuming Handle, at location: Location) throws {
        open = OpenFile(handle, at: location)
        root = try Group(rootOf: open)
    }

    /// Opens a file for reading.
    ///
    /// - Throws: `HDF5Error`: `noSuchFile`; `notHDF5`; `truncated`; `cannotOpen` where it is damaged or not permitted.
    package static func open(_ path: String) throws -> File {
        let location = Location(file: path)
        return try open(path, access: accessProperties(.cannotOpen, at: location), at: location)
    }

    /// Opens the source of a virtual dataset just as HDF5 does, which may have it open: with other properties it cannot be
    /// opened again. Where this fails, HDF5 fails too, and makes the elements up.
    static func openSource(_ path: String) throws -> File {
        let location = Location(file: path)
        let access = try Handle(.cannotOpen, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_FILE_ACCESS())
        }
        try Library.call(.cannotOpen, "H5Pset_fclose_degree", at: location) {
            H5Pset_fclose_degree(access.id, H5F_CLOSE_WEAK)
        }
        return try open(path, access: access, at: location)
    }

    private static func open(_ path: String, access: borrowing Handle, at location: Location) throws -> File {
        let accessID = access.id
        do {
            let handle = try Handle(reasonNotOpened(path), "H5Fopen", at: location, close: H5Fclose) {
                H5Fopen(path, chdf5_H5F_ACC_RDONLY(), accessID)
            }
            return try File(handle, at: location)
        } catch let error as HDF5Error {
            throw error.withTruncation
        }
    }

    /// Creates a file for writing, in place of one that is there, in the format that all HDF5 versions read.
    ///
    /// Equal contents give equal bytes: no times are stored.
    ///
    /// - Throws: `HDF5Error` of kind `cannotCreate`.
    package static func create(_ path: String) throws -> File {
        let location = Location(file: path)
        let access = try accessProperties(.cannotCreate, at: location)
        let creation = try creationProperties(at: location)
        let handle = try Handle(.cannotCreate, "H5Fcreate", at: location, close: H5Fclose) {
            H5Fcreate(path, chdf5_H5F_ACC_TRUNC(), creation.id, access.id)
        }
        return try File(handle, at: location)
    }

    /// Hands all that was written to the operating system.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func flush() throws {
        try Library.call(.writeFailed, "H5Fflush", at: open.location) {
            H5Fflush(open.handle.id, H5F_SCOPE_GLOBAL)
        }
    }

    /// Writes what is left and closes the file with all its groups and datasets, which then throw when used.
    ///
    /// Without it, the file closes by itself, but nobody learns that the last writing failed. Closing twice is fine.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func close() throws {
        try Library.call(.writeFailed, "H5Fclose", at: open.location) {
            H5Iis_valid(open.handle.id) > 0 ? H5Fclose(open.handle.id) : 0
        }
    }

    /// The id, for the calls that only in-memory files need.
    var id: hid_t { open.handle.id }
    var location: Location { open.location }

    /// How all files are accessed.
    static func accessProperties(_ kind: HDF5Error.Kind, at location: Location) throws -> Handle {
        let access = try Handle(kind, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_FILE_ACCESS())
        }
        // Closing the file closes what is open in it, so no forgotten object keeps it half open.
        try Library.call(kind, "H5Pset_fclose_degree", at: location) {
            H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
        }
        // Some read-only and network file systems have no locks, and reading there must work.
        try Library.call(kind, "H5Pset_file_locking", at: location) {
            H5Pset_file_locking(access.id, false, true)
        }
        return access
    }

    /// How all files are created, with `userBlock` bytes in front that HDF5 leaves alone.
    static func creationProperties(userBlock: Int = 0, at location: Location) throws -> Handle {
        let creation = try Handle(.cannotCreate, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_FILE_CREATE())
        }
        try Library.call(.cannotCreate, "H5Pset_obj_track_times", at: location) {
            H5Pset_obj_track_times(creation.id, false)
        }
        guard let size = hsize_t(exactly: userBlock) else {
            throw location.error(.cannotCreate, "H5Pset_userblock", "a user block of \(userBlock) bytes")
        }
        try Library.call(.cannotCreate, "H5Pset_userblock", at: location) {
            H5Pset_userblock(creation.id, size)
        }
        return creation
    }

    /// Why H5Fopen failed on a path.
    private static func reasonNotOpened(_ path: String) -> HDF5Error.Kind {
        if access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return .noSuchFile }
        return Library.locked { H5Fis_hdf5(path) == 0 } ? .notHDF5 : .cannotOpen
    }
}
