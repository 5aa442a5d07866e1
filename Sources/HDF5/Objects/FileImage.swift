internal import CHDF5
internal import DurableFiles
internal import Synchronization

/// Files that are in memory alone.
extension File {
    /// Creates a file in memory, for writing. Its bytes are had by `image()`.
    ///
    /// - Parameter userBlock: Bytes in front of the file that HDF5 readers skip: 0, 512, or a larger power of two.
    /// - Throws: `HDF5Error` of kind `cannotCreate`.
    package static func createInMemory(userBlock: Int = 0) throws -> File {
        let location = Location(file: "memory")
        let access = try memoryAccessProperties(.cannotCreate, at: location)
        let creation = try creationProperties(userBlock: userBlock, at: location)
        let handle = try Handle(.cannotCreate, "H5Fcreate", at: location, close: H5Fclose) {
            H5Fcreate(unusedPath(), chdf5_H5F_ACC_TRUNC(), creation.id, access.id)
        }
        return try File(handle, at: location)
    }

    /// Opens the bytes of a file for reading.
    ///
    /// - Parameters:
    ///   - image: The whole file as it is on disk, user block included. (The form that `image()` gives, without the
    ///     user block, opens as well: HDF5 looks for its signature and goes by where it is.)
    ///   - name: What errors call it: the path that the bytes were read from.
    /// - Throws: `HDF5Error`: `notHDF5`; `cannotOpen` where it is truncated or damaged.
    package static func open(image: [UInt8], name: String) throws -> File {
        let location = Location(file: name)
        let access = try memoryAccessProperties(.cannotOpen, at: location)
        try image.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                throw location.error(.notHDF5, "H5Pset_file_image", "no bytes")
            }
            try Library.call(.cannotOpen, "H5Pset_file_image", at: location) {
                // The image is copied; the parameter is not const because H5Pget_file_image gives it back.
                H5Pset_file_image(access.id, UnsafeMutableRawPointer(mutating: base), bytes.count)
            }
        }
        let handle = try Handle(
            hasHDF5Signature(image[...]) ? .cannotOpen : .notHDF5, "H5Fopen", at: location, close: H5Fclose
        ) {
            H5Fopen(unusedPath(), chdf5_H5F_ACC_RDONLY(), access.id)
        }
        return try File(handle, at: location)
    }

    /// The bytes of the file as written so far, without its user block: on disk, as many bytes as that has come first.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func image() throws -> [UInt8] {
        try flush()
        // One lock over both calls: the size must still be right when the bytes are copied.
        return try Library.locked {
            let size = try Library.call(.writeFailed, "H5Fget_file_image", at: location) {
                H5Fget_file_image(id, nil, 0)
            }
            return try [UInt8](unsafeUninitializedCapacity: size) { buffer, initializedCount in
                initializedCount = try Library.call(.writeFailed, "H5Fget_file_image", at: location) {
                    H5Fget_file_image(id, buffer.baseAddress, size)
                }
            }
        }
    }

    private static func memoryAccessProperties(_ kind: HDF5Error.Kind, at location: Location) throws -> Handle {
        let access = try accessProperties(kind, at: location)
        try Library.call(kind, "H5Pset_fapl_core", at: location) {
            H5Pset_fapl_core(access.id, 1 << 20, false)
        }
        return access
    }

    /// A new name for each file in memory: HDF5 takes two of one name for the same file, and refuses an image of
    /// the name of a file that exists. Nothing can exist below /dev/null.
    private static func unusedPath() -> String {
        "/dev/null/\(imageCount.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    private static let imageCount = Atomic<Int>(0)
}
