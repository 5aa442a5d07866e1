internal import CHDF5
internal import DurableFiles
internal import Synchronization

// MARK: Files in memory

extension File {
    /// Creates a file in memory, for writing. `image()` returns its bytes.
    ///
    /// - Parameter userBlock: the size of the user block, which HDF5 readers skip: 0, 512, or a larger power of two.
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
    ///   - image: the whole file with or without its user block; HDF5 searches for its signature.
    ///   - name: the path from which the bytes were read, for errors.
    /// - Throws: `HDF5Error`: `notHDF5`; `cannotOpen` if it is truncated or damaged.
    package static func open(image: [UInt8], name: String) throws -> File {
        let location = Location(file: name)
        let access = try memoryAccessProperties(.cannotOpen, at: location)
        try image.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, !bytes.isEmpty else {
                throw location.error(.notHDF5, "H5Pset_file_image", "no bytes")
            }
            try Library.call(.cannotOpen, "H5Pset_file_image", at: location) {
                // HDF5 copies the image and does not change it.
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

    /// The bytes of the file as written so far, without its user block, which precedes them on disk.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func image() throws -> [UInt8] {
        try flush()
        // One lock for both calls, so that the size does not change in between.
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

    /// A unique name for a file in memory: HDF5 takes files with equal names for the same file, and rejects an image with
    /// the name of an existing file. No file can exist below /dev/null.
    private static func unusedPath() -> String {
        "/dev/null/\(imageCount.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    private static let imageCount = Atomic<Int>(0)
}
