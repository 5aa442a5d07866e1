internal import CHDF5

/// The storage options of a new dataset.
package struct DatasetOptions: Sendable, Equatable {
    /// The shape of a chunk. nil means no chunks, or chunks of whole rows with about 1 MiB if there is a filter.
    package var chunkShape: [Int]?
    /// Compression, from 1 (fast) to 9 (small); nil for none.
    package var gzipLevel: Int?
    /// Groups the bytes of a chunk by their position in the elements, which improves the compression of numbers.
    package var shuffle: Bool
    /// Stores a checksum for each chunk, so that reading detects damage.
    package var fletcher32: Bool

    /// By default, options for a contiguous dataset without filters.
    package init(chunkShape: [Int]? = nil, gzipLevel: Int? = nil, shuffle: Bool = false, fletcher32: Bool = false) {
        self.chunkShape = chunkShape
        self.gzipLevel = gzipLevel
        self.shuffle = shuffle
        self.fletcher32 = fletcher32
    }

    var hasFilters: Bool { gzipLevel != nil || shuffle || fletcher32 }
}

extension Group {
    /// Creates a dataset of numbers, and missing groups in its path.
    ///
    /// Scalars (shape []) and empty datasets are stored without chunks and filters, regardless of the options.
    ///
    /// - Throws: `HDF5Error` of kind `cannotCreate`, also if the name exists.
    package func createDataset<T: HDF5Scalar>(
        _ path: String, of: T.Type, shape: [Int], options: DatasetOptions = DatasetOptions()
    ) throws -> Dataset {
        try create(
            path, shape: shape, elementSize: MemoryLayout<T>.stride, options: options,
            type: { T.elementType.nativeType })
    }

    /// Creates a dataset of strings, shape [strings.count], and writes it.
    ///
    /// They are stored as fixed-length UTF-8 strings, padded with zeros to the longest.
    ///
    /// - Throws: `HDF5Error` of kind `cannotCreate`, also if the name exists; `writeFailed`.
    package func createStringDataset(
        _ path: String, strings: [String], options: DatasetOptions = DatasetOptions()
    ) throws -> Dataset {
        let location = location(of: path)
        let fields = FixedLengthStrings(strings)
        let type = try fields.type(.cannotCreate, at: location)
        let dataset = try create(
            path, shape: [strings.count], elementSize: fields.size, options: options, type: { type.id })
        guard !strings.isEmpty else { return dataset }
        try Library.call(.writeFailed, "H5Dwrite", at: location) {
            H5Dwrite(
                dataset.id, type.id, chdf5_H5S_ALL(), chdf5_H5S_ALL(), chdf5_H5P_DEFAULT(), fields.bytes)
        }
        return dataset
    }

    /// - Parameter type: returns the type's id; called while the lock is held, as predefined types require.
    private func create(
        _ path: String, shape: [Int], elementSize: Int, options: DatasetOptions, type: () -> hid_t
    ) throws -> Dataset {
        let location = location(of: path)
        let space = try Shape.space(shape, .cannotCreate, at: location)
        let links = try linkProperties(for: path, at: location)
        let creation = try creationProperties(options, shape: shape, elementSize: elementSize, at: location)
        let handle = try Handle(.cannotCreate, "H5Dcreate2", at: location, close: H5Dclose) {
            H5Dcreate2(id, path, type(), space.id, links.id, creation.id, chdf5_H5P_DEFAULT())
        }
        return try Dataset(handle, in: reference.file, at: location)
    }

    private func creationProperties(
        _ options: DatasetOptions, shape: [Int], elementSize: Int, at location: Location
    ) throws -> Handle {
        let creation = try Handle(.cannotCreate, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_DATASET_CREATE())
        }
        func set(_ operation: String, _ call: () -> herr_t) throws {
            try Library.call(.cannotCreate, operation, at: location, call)
        }
        try set("H5Pset_obj_track_times") { H5Pset_obj_track_times(creation.id, false) }
        guard options.hasFilters || options.chunkShape != nil, !shape.isEmpty, !shape.contains(0) else {
            return creation
        }
        let chunk = try Shape.extents(
            of: options.chunkShape ?? rowChunk(shape, elementSize: elementSize), .cannotCreate, "H5Pset_chunk",
            at: location)
        try set("H5Pset_chunk") { H5Pset_chunk(creation.id, Int32(clamping: chunk.count), chunk) }
        if options.shuffle { try set("H5Pset_shuffle") { H5Pset_shuffle(creation.id) } }
        if let level = options.gzipLevel {
            // A negative level becomes one that HDF5 rejects.
            try set("H5Pset_deflate") { H5Pset_deflate(creation.id, UInt32(exactly: level) ?? .max) }
        }
        // The last filter, so that the checksum covers the bytes on disk.
        if options.fletcher32 { try set("H5Pset_fletcher32") { H5Pset_fletcher32(creation.id) } }
        return creation
    }

    /// As many whole rows as fit into 1 MiB, the size of HDF5's chunk cache, but at least one.
    private func rowChunk(_ shape: [Int], elementSize: Int) -> [Int] {
        let rowSize = Shape.elementCount(shape.dropFirst() + [elementSize]) ?? .max
        let rows = min(shape[0], max(1, (1 << 20) / max(1, rowSize)))
        return [rows] + shape.dropFirst()
    }
}
