internal import CHDF5
internal import DurableFiles
internal import Glibc

/// Elements that are in no file. HDF5 gives fill values for them, mostly zeros, without a word.
package enum MissingElements: Codable, Sendable, Equatable {
    /// The dataset was created, and nothing was written to it, or not every chunk.
    case neverWritten(isPartly: Bool)
    /// The file of raw elements beside the HDF5 file has fewer bytes than it needs, or is not there (nil).
    case externalFile(_ file: String, needed: Int, found: Int?)
    /// No source of a virtual dataset gives all of this row, the first such.
    case unmapped(row: Int)
    /// The file of a source of a virtual dataset does not open.
    case sourceFile(_ file: String, dataset: String)
    /// The file of a source is there, and has no such dataset.
    case sourceDataset(_ file: String, dataset: String)
    /// A source has fewer elements along a dimension than are taken from it.
    case smallSource(_ file: String, dataset: String, needed: [Int], found: [Int])
}

extension Dataset {
    /// Looks whether every element is in a file. Reading the whole dataset does this by itself; whoever reads rows calls
    /// it before the first of them.
    ///
    /// - Throws: `HDF5Error` of kind `missingElements`; `readFailed`. `FileError` where it cannot be told whether a file is there.
    package func requireStored() throws { try requireStored(depth: 0) }

    /// - Parameter depth: How many virtual datasets have led here.
    func requireStored(depth: Int) throws {
        // What this process is writing may still be on its way to the file.
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

    /// Looks whether every chunk was written. H5Dget_space_status counts bytes, of which compressed chunks have fewer.
    private func requireChunks(_ chunkShape: [Int]) throws {
        let grid = zip(shape, chunkShape).map { extent, chunk in (extent - 1) / max(1, chunk) + 1 }
        // With H5S_ALL, HDF5 1.10 refuses to count.
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

    /// The name of the file that the dataset is in: another than it was asked of, where an external link leads there.
    func fileName() throws -> String {
        try Library.text(.readFailed, "H5Fget_name", at: location) { H5Fget_name(id, $0, $1) }
    }

    /// Looks whether the files of raw elements, if there are any, are as long as they must be.
    private func requireExternalFiles(_ creation: hid_t) throws {
        let count = try Library.call(.readFailed, "H5Pget_external_count", at: location) {
            H5Pget_external_count(creation)
        }
        guard count > 0 else { return }
        guard var left = Shape.elementCount(shape + [try elements.size]) else {
            throw location.error(.readFailed, "H5Pget_external", "shape \(shape) does not fit in memory")
        }
        let prefix = try filePrefixes(variable: "HDF5_EXTFILE_PREFIX", isList: false).first
        for index in 0..<UInt32(count) where left > 0 {
            var name = [CChar](repeating: 0, count: Int(PATH_MAX))
            var offset: off_t = 0
            var size: hsize_t = 0
            try Library.call(.readFailed, "H5Pget_external", at: location) {
                H5Pget_external(creation, index, name.count - 1, &name, &offset, &size)
            }
            let part = min(left, Int(clamping: size))
            left -= part
            let needed = Int(offset).addingReportingOverflow(part).partialValue
            let file = string(name)
            let path = file.hasPrefix("/") ? file : (prefix.map { $0 + "/" } ?? "") + file
            let found = try exists(path) ? fileSize(path) : nil
            guard let found, found >= needed else {
                throw missing(.externalFile(path, needed: needed, found: found), "H5Pget_external")
            }
        }
    }

    /// The directories that an environment variable of HDF5's names, where ${ORIGIN} is that of the dataset's file.
    func filePrefixes(variable: String, isList: Bool) throws -> [String] {
        guard let value = getenv(variable).map({ String(cString: $0) }) else { return [] }
        let origin = directory(of: try fileName())
        return (isList ? value.split(separator: ":").map(String.init) : [value]).filter { !$0.isEmpty && $0 != "." }
            .map { $0.hasPrefix("${ORIGIN}") ? origin + $0.dropFirst("${ORIGIN}".count) : $0 }
    }
}
