internal import CHDF5

/// A dataset of a file: an array of elements of one type.
package final class Dataset: HDF5Object {
    package let reference: ObjectReference
    /// The shape of one chunk, or nil where the elements lie in one piece.
    package let chunkShape: [Int]?
    /// What the chunks go through when written, in that order: "shuffle", "gzip 4", "fletcher32", …
    package let filters: [String]

    private let missingFilter: String?
    let elements: Elements

    /// The elements along each dimension, the slowest first: [N, d…]. A scalar's is [], an empty one's has a 0.
    package var shape: [Int] { elements.shape }

    /// What the elements are in the file.
    package var elementType: ElementType { elements.elementType }

    /// The number of elements, or nil where memory could not hold them all in so many bytes each.
    package func count(elementSize: Int) -> Int? { Shape.elementCount(shape, elementSize: elementSize) }

    /// The number of elements of one row, or nil where a file claims more than can be counted.
    package var elementsPerRow: Int? { Shape.elementCount(shape.dropFirst()) }

    /// Takes over a dataset that has just been opened or created.
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
    /// - Throws: `HDF5Error`: `wrongType` where they are not numbers; `missingElements` where they are in no file;
    ///   `readFailed` where they are damaged, or more than memory holds.
    package func read<T: HDF5Scalar>(as type: T.Type) throws -> [T] {
        try requireFilters()
        try requireStored()
        return try elements.numbers(as: type) { memoryType, buffer in
            H5Dread(id, memoryType, chdf5_H5S_ALL(), chdf5_H5S_ALL(), chdf5_H5P_DEFAULT(), buffer)
        }
    }

    /// Reads some rows, that is indices of the first dimension with all of the others, converted to `T`.
    ///
    /// - Parameters:
    ///   - rows: Inside `0..<shape[0]`.
    ///   - buffer: `rows.count` × the product of `shape[1...]` elements.
    /// - Throws: `HDF5Error`: `wrongType` where the elements are not numbers; `readFailed` where they are damaged, or
    ///   the rows or the buffer's size are not as above.
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

    /// Reads all elements as strings: of fixed or variable length, ASCII or UTF-8, without their padding.
    ///
    /// - Throws: `HDF5Error`: `wrongType` where they are not strings; `readFailed`.
    package func readStrings() throws -> [String] {
        try requireFilters()
        try requireStored()
        return try elements.strings { memoryType, buffer in
            H5Dread(id, memoryType, chdf5_H5S_ALL(), chdf5_H5S_ALL(), chdf5_H5P_DEFAULT(), buffer)
        }
    }

    private func requireFilters() throws {
        if let missingFilter { throw location.error(.missingFilter, "H5Zfilter_avail", missingFilter) }
    }

    /// Writes all elements in row-major order, converted to the dataset's type.
    ///
    /// - Throws: `HDF5Error`: `wrongType` where the dataset is not of numbers; `writeFailed`, also where there are not
    ///   as many values as elements.
    package func write<T: HDF5Scalar>(_ values: [T]) throws {
        try values.withUnsafeBufferPointer { try write(from: $0) }
    }

    /// Writes all elements in row-major order, converted to the dataset's type.
    ///
    /// - Throws: `HDF5Error`: `wrongType` where the dataset is not of numbers; `writeFailed`, also where there are not
    ///   as many values as elements.
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

    /// Writes some rows, that is indices of the first dimension with all of the others.
    ///
    /// - Parameters:
    ///   - rows: Inside `0..<shape[0]`.
    ///   - values: `rows.count` × the product of `shape[1...]` elements.
    /// - Throws: `HDF5Error`: `wrongType` where the dataset is not of numbers; `writeFailed`, also where the rows or the
    ///   number of values are not as above.
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
