internal import CHDF5
internal import Glibc

/// An open HDF5 file.
///
/// It closes with the last reference to it and to its groups and datasets, or by `close()`. Files, groups and datasets
/// may be used from any thread; a lock of the process serializes all calls.
package final class File: Sendable {
    /// The root group, "/".
    package let root: Group

    private let open: OpenFile

    /// The path with which it was opened, or the name of an image.
    package var path: String { open.location.file }

    /// Takes ownership of a file that has been opened or created.
    init(_ handle: consuming Handle, at location: Location) throws {
        open = OpenFile(handle, at: location)
        root = try Group(rootOf: open)
    }

    /// Opens a file for reading.
    ///
    /// - Throws: `HDF5Error`: `noSuchFile`; `notHDF5`; `truncated`; `cannotOpen` if it is damaged or access is denied.
    package static func open(_ path: String) throws -> File {
        let location = Location(file: path)
        return try open(path, access: accessProperties(.cannotOpen, at: location), at: location)
    }

    /// Opens the source file of a virtual dataset with the same properties as HDF5 does, which may have it open. If this
    /// fails, HDF5 fails, too, and returns fill values.
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

    /// Creates a file for writing, replacing an existing one, in the format that all versions of HDF5 read.
    ///
    /// Equal contents give equal bytes, because no times are stored.
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

    /// Writes all buffered data to the operating system.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func flush() throws {
        try Library.call(.writeFailed, "H5Fflush", at: open.location) {
            H5Fflush(open.handle.id, H5F_SCOPE_GLOBAL)
        }
    }

    /// Writes all buffered data and closes the file with its groups and datasets, which then throw when used.
    ///
    /// Without this call, the file closes by itself, but a failed write is not reported. Closing twice is allowed.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func close() throws {
        try Library.call(.writeFailed, "H5Fclose", at: open.location) {
            H5Iis_valid(open.handle.id) > 0 ? H5Fclose(open.handle.id) : 0
        }
    }

    /// The id, for calls on files in memory.
    var id: hid_t { open.handle.id }
    var location: Location { open.location }

    /// The access properties of all files.
    static func accessProperties(_ kind: HDF5Error.Kind, at location: Location) throws -> Handle {
        let access = try Handle(kind, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_FILE_ACCESS())
        }
        // Closing the file also closes its objects.
        try Library.call(kind, "H5Pset_fclose_degree", at: location) {
            H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
        }
        // Some read-only and network file systems do not support locks.
        try Library.call(kind, "H5Pset_file_locking", at: location) {
            H5Pset_file_locking(access.id, false, true)
        }
        return access
    }

    /// The creation properties of all files, with a user block of `userBlock` bytes.
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
