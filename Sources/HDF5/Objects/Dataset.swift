internal import CHDF5

/// A dataset of a file: an array of elements of one type.
package final class Dataset: HDF5Object {
    package let reference: ObjectReference
    /// The shape of a chunk; nil if the dataset is not chunked.
    package let chunkShape: [Int]?
    /// The filters of chunks in the order of writing: "shuffle", "gzip 4", "fletcher32", …
    package let filters: [String]

    private let missingFilter: String?
    let elements: Elements

    /// The size of each dimension, the slowest first: [N, d…]; [] for a scalar. An empty dataset has a 0.
    package var shape: [Int] { elements.shape }

    /// The type of the elements in the file.
    package var elementType: ElementType { elements.elementType }

    /// The number of elements; nil if they would not fit into memory at `elementSize` bytes each.
    package func count(elementSize: Int) -> Int? { Shape.elementCount(shape, elementSize: elementSize) }

    /// The number of elements in a row; nil if it overflows.
    package var elementsPerRow: Int? { Shape.elementCount(shape.dropFirst()) }

    /// Takes ownership of a dataset that has been opened or created.
    init(_ handle: consuming Handle, in file: OpenFile, at location: Location) throws {
        elements = try Elements(ofDataset: handle.id, at: location)
        let layout = try StorageLayout(ofDataset: handle.id, at: location)
        chunkShape = layout.chunkShape
        filters = layout.filters
        missingFilter = layout.missingFilter
        reference = ObjectReference(handle, in: file, at: location)
    }

    /// Reads all elements in row-major order, converted to `T`.
    ///
    /// - Throws: `HDF5Error`: `wrongType` if they are not numbers; `missingElements` if some are not stored; `readFailed` if
    ///   they are damaged or do not fit into memory.
    package func read<T: HDF5Scalar>(as type: T.Type) throws -> [T] {
        try requireFilters()
        try requireStored()
        return try elements.numbers(as: type) { memoryType, buffer in
            H5Dread(id, memoryType, chdf5_H5S_ALL(), chdf5_H5S_ALL(), chdf5_H5P_DEFAULT(), buffer)
        }
    }

    /// Reads a range of rows (indices of the first dimension), converted to `T`.
    ///
    /// - Parameters:
    ///   - rows: a part of `0..<shape[0]`.
    ///   - buffer: written, with `rows.count` · `elementsPerRow` elements.
    /// - Throws: `HDF5Error`: `wrongType` if the elements are not numbers; `readFailed` if they are damaged, or if the rows or
    ///   the size of the buffer are invalid.
    package func read<T: HDF5Scalar>(rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<T>) throws {
        try requireFilters()
        try elements.requireNumbers("H5Dread")
        let selection = try RowSelection(
            rows, of: shape, bufferCount: buffer.count, .readFailed, "H5Dread", at: location)
        guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
        try elements.fill(base, count: buffer.count) { memoryType, base in
            H5Dread(id, memoryType, selection.memory.id, selection.file.id, chdf5_H5P_DEFAULT(), base)
        }
    }

    /// Reads all elements as strings of fixed or variable length, ASCII or UTF-8, without padding.
    ///
    /// - Throws: `HDF5Error`: `wrongType` if they are not strings; `readFailed`.
    package func readStrings() throws -> [String] {
        try requireFilters()
        try requireStored()
        return try elements.strings { memoryType, buffer in
            H5Dread(id, memoryType, chdf5_H5S_ALL(), chdf5_H5S_ALL(), chdf5_H5P_DEFAULT(), buffer)
        }
    }

    func requireFilters() throws {
        if let missingFilter { throw location.error(.missingFilter, "H5Zfilter_avail", missingFilter) }
    }

    /// Writes all elements in row-major order, converted to the dataset's type.
    ///
    /// - Throws: `HDF5Error`: `wrongType` if the elements are not numbers; `writeFailed`, also if the number of values differs
    ///   from the number of elements.
    package func write<T: HDF5Scalar>(_ values: [T]) throws {
        try values.withUnsafeBufferPointer { try write(from: $0) }
    }

    /// Writes all elements in row-major order, converted to the dataset's type.
    ///
    /// - Throws: `HDF5Error`: `wrongType` if the elements are not numbers; `writeFailed`, also if the number of values differs
    ///   from the number of elements.
    package func write<T: HDF5Scalar>(from values: UnsafeBufferPointer<T>) throws {
        try elements.requireNumbers("H5Dwrite")
        guard Shape.elementCount(shape) == values.count else {
            throw location.error(.writeFailed, "H5Dwrite", "\(values.count) values for shape \(shape)")
        }
        guard let base = values.baseAddress, !values.isEmpty else { return }
        try Library.call(.writeFailed, "H5Dwrite", at: location) {
            H5Dwrite(
                id, T.elementType.nativeType, chdf5_H5S_ALL(), chdf5_H5S_ALL(), chdf5_H5P_DEFAULT(), base)
        }
    }

    /// Writes a range of rows (indices of the first dimension).
    ///
    /// - Parameters:
    ///   - rows: a part of `0..<shape[0]`.
    ///   - values: `rows.count` · `elementsPerRow` elements.
    /// - Throws: `HDF5Error`: `wrongType` if the elements are not numbers; `writeFailed`, also if the rows or the number of
    ///   values are invalid.
    package func write<T: HDF5Scalar>(rows: Range<Int>, from values: UnsafeBufferPointer<T>) throws {
        try elements.requireNumbers("H5Dwrite")
        let selection = try RowSelection(
            rows, of: shape, bufferCount: values.count, .writeFailed, "H5Dwrite", at: location)
        guard let base = values.baseAddress, !values.isEmpty else { return }
        try Library.call(.writeFailed, "H5Dwrite", at: location) {
            H5Dwrite(
                id, T.elementType.nativeType, selection.memory.id, selection.file.id, chdf5_H5P_DEFAULT(), base)
        }
    }
}
