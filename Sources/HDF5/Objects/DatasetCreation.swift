internal import CHDF5

/// How a new dataset is stored.
package struct DatasetOptions: Sendable, Equatable {
    /// The shape of one chunk. Where it is nil and a filter needs chunks: whole rows, about 1 MiB of them.
    package var chunkShape: [Int]?
    /// Compression, from 1 (fast) to 9 (small); nil for none.
    package var gzipLevel: Int?
    /// Sorts the bytes of a chunk by their place in the elements, which makes numbers compress better.
    package var shuffle: Bool
    /// A checksum for each chunk: damaged elements are then refused on reading.
    package var fletcher32: Bool

    /// Options for a dataset in one piece, unless said otherwise.
    package init(chunkShape: [Int]? = nil, gzipLevel: Int? = nil, shuffle: Bool = false, fletcher32: Bool = false) {
        self.chunkShape = chunkShape
        self.gzipLevel = gzipLevel
        self.shuffle = shuffle
        self.fletcher32 = fletcher32
    }

    var hasFilters: Bool { gzipLevel != nil || shuffle || fletcher32 }
}

extension Group {
    /// Creates a dataset of numbers, and the groups on the way to it that are missing.
    ///
    /// A scalar (shape []) or an empty dataset has no chunks and so no filters, whatever the options say.
    ///
    /// - Throws: `HDF5Error` of kind `cannotCreate`, also where there is one of that name.
    package func createDataset<T: HDF5Scalar>(
        _ path: String, of: T.Type, shape: [Int], options: DatasetOptions = DatasetOptions()
    ) throws -> Dataset {
        try create(
            path, shape: shape, elementSize: MemoryLayout<T>.stride, options: options,
            type: { T.elementType.nativeType })
    }

    /// Creates a dataset of strings, shape [strings.count], and writes it.
    ///
    /// They are stored as UTF-8 of a fixed length, that of the longest, filled up with zeros.
    ///
    /// - Throws: `HDF5Error` of kind `cannotCreate`, also where there is one of that name; `writeFailed`.
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

    /// - Parameter type: Gives the type's id; called under the lock, as a predefined type's id must be.
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
            // A negative level is as wrong as one that is too large, and HDF5 refuses that.
            try set("H5Pset_deflate") { H5Pset_deflate(creation.id, UInt32(exactly: level) ?? .max) }
        }
        // Last, so that the checksum is over the bytes on disk.
        if options.fletcher32 { try set("H5Pset_fletcher32") { H5Pset_fletcher32(creation.id) } }
        return creation
    }

    /// As many whole rows as 1 MiB holds, the size of HDF5's chunk cache, and one at least.
    private func rowChunk(_ shape: [Int], elementSize: Int) -> [Int] {
        let rowSize = Shape.elementCount(shape.dropFirst() + [elementSize]) ?? .max
        let rows = min(shape[0], max(1, (1 << 20) / max(1, rowSize)))
        return [rows] + shape.dropFirst()
    }
}
