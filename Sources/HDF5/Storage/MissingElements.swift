internal import CHDF5
internal import DurableFiles
internal import Glibc

/// Elements that are not stored in any file. HDF5 silently returns fill values for them, mostly zeros.
package enum MissingElements: Codable, Sendable, Equatable {
    /// Nothing was written to the dataset, or not all chunks (`isPartly`).
    case neverWritten(isPartly: Bool)
    /// An external file of raw elements is too short, or does not exist (`found` is nil). Sizes are in bytes.
    case externalFile(_ file: String, needed: Int, found: Int?)
    /// The sources of a virtual dataset do not cover this row, which is the first one.
    case unmapped(row: Int)
    /// The source file of a virtual dataset cannot be opened.
    case sourceFile(_ file: String, dataset: String)
    /// The source file of a virtual dataset does not contain the dataset.
    case sourceDataset(_ file: String, dataset: String)
    /// A source of a virtual dataset is too small.
    case smallSource(_ file: String, dataset: String, needed: [Int], found: [Int])
}

extension Dataset {
    /// Checks that all elements are stored in files. `read(as:)` does so by itself; it must be called before
    /// `read(rows:into:)`.
    ///
    /// - Throws: `HDF5Error`: `missingElements`, `readFailed`; `FileError` if it cannot be determined whether a file exists.
    package func requireStored() throws { try requireStored(depth: 0) }

    /// - Parameter depth: the depth of nested virtual datasets.
    func requireStored(depth: Int) throws {
        // In a file that is being written, elements may still be in a buffer.
        guard try isReadOnly else { return }
        let creation = try Handle(.readFailed, "H5Dget_create_plist", at: location, close: H5Pclose) {
            H5Dget_create_plist(id)
        }
        if Library.locked({ H5Pget_layout(creation.id) == H5D_VIRTUAL }) {
            return try VirtualSources(of: self, creation: creation.id).require(depth: depth)
        }
        guard !shape.contains(0) else { return }
        try requireExternalFiles(creation.id)
        if let chunkShape { return try requireChunks(chunkShape) }
        var status = H5D_SPACE_STATUS_ERROR
        try Library.call(.readFailed, "H5Dget_space_status", at: location) { H5Dget_space_status(id, &status) }
        guard status == H5D_SPACE_STATUS_ALLOCATED else {
            throw missing(.neverWritten(isPartly: false), "H5Dget_space_status")
        }
    }

    /// Checks that all chunks were written. H5Dget_space_status cannot tell, since it compares sizes without compression.
    private func requireChunks(_ chunkShape: [Int]) throws {
        let grid = zip(shape, chunkShape).map { extent, chunk in (extent - 1) / max(1, chunk) + 1 }
        // HDF5 1.10 does not accept H5S_ALL here.
        let space = try Shape.space(shape, .readFailed, at: location)
        var written: hsize_t = 0
        try Library.call(.readFailed, "H5Dget_num_chunks", at: location) {
            H5Dget_num_chunks(id, space.id, &written)
        }
        guard Shape.elementCount(grid) == Int(exactly: written) else {
            throw missing(.neverWritten(isPartly: written > 0), "H5Dget_num_chunks")
        }
    }

    private var isReadOnly: Bool {
        get throws {
            var intent: UInt32 = 0
            try Library.call(.readFailed, "H5Fget_intent", at: location) {
                H5Fget_intent(reference.file.handle.id, &intent)
            }
            return intent == chdf5_H5F_ACC_RDONLY()
        }
    }

    func missing(_ elements: MissingElements, _ operation: String) -> HDF5Error {
        location.error(.missingElements(elements), operation, "\(elements)")
    }

    /// The name of the dataset's file, which may be another one because of an external link.
    func fileName() throws -> String {
        try Library.text(.readFailed, "H5Fget_name", at: location) { H5Fget_name(id, $0, $1) }
    }

    /// Checks that external files of raw elements are long enough.
    private func requireExternalFiles(_ creation: hid_t) throws {
        let count = try Library.call(.readFailed, "H5Pget_external_count", at: location) {
            H5Pget_external_count(creation)
        }
        guard count > 0 else { return }
        guard var remaining = Shape.elementCount(shape + [try elements.size]) else {
            throw location.error(.readFailed, "H5Pget_external", "shape \(shape) does not fit in memory")
        }
        let prefix = try filePrefixes(variable: "HDF5_EXTFILE_PREFIX", isList: false).first
        for index in 0..<UInt32(count) where remaining > 0 {
            var name = [CChar](repeating: 0, count: Int(PATH_MAX))
            var offset: off_t = 0
            var size: hsize_t = 0
            try Library.call(.readFailed, "H5Pget_external", at: location) {
                H5Pget_external(creation, index, name.count - 1, &name, &offset, &size)
            }
            let part = min(remaining, Int(clamping: size))
            remaining -= part
            let needed = Int(offset).addingReportingOverflow(part).partialValue
            let file = string(name)
            let path = file.hasPrefix("/") ? file : (prefix.map { $0 + "/" } ?? "") + file
            let found = try exists(path) ? fileSize(path) : nil
            guard let found, found >= needed else {
                throw missing(.externalFile(path, needed: needed, found: found), "H5Pget_external")
            }
        }
    }

    /// The directories in an environment variable of HDF5; ${ORIGIN} stands for the directory of the dataset's file.
    func filePrefixes(variable: String, isList: Bool) throws -> [String] {
        guard let value = getenv(variable).map({ String(cString: $0) }) else { return [] }
        let origin = directory(of: try fileName())
        return (isList ? value.split(separator: ":").map(String.init) : [value]).filter { !$0.isEmpty && $0 != "." }
            .map { $0.hasPrefix("${ORIGIN}") ? origin + $0.dropFirst("${ORIGIN}".count) : $0 }
    }
}
