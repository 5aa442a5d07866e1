internal import CHDF5

/// A range of rows of a dataset, and a buffer for them, as two dataspaces.
struct RowSelection: ~Copyable {
    /// The dataspace of the dataset, with the rows selected.
    let file: Handle
    /// The dataspace of the buffer.
    let memory: Handle

    /// Selects `rows` of the first dimension, and all of the others.
    ///
    /// - Throws: `HDF5Error` of the given kind if the rows do not exist or the buffer has another size.
    init(
        _ rows: Range<Int>, of shape: [Int], bufferCount: Int,
        _ kind: HDF5Error.Kind, _ operation: String, at location: Location
    ) throws {
        guard let rowCount = shape.first else {
            throw location.error(kind, operation, "rows \(rows) of a scalar")
        }
        guard rows.lowerBound >= 0, rows.upperBound <= rowCount else {
            throw location.error(kind, operation, "rows \(rows) of \(rowCount)")
        }
        guard Shape.elementCount([rows.count] + shape.dropFirst()) == bufferCount else {
            throw location.error(
                kind, operation, "a buffer of \(bufferCount) elements for rows \(rows) of shape \(shape)")
        }
        let file = try Shape.space(shape, kind, at: location)
        // With the same shape as the selection, HDF5 copies whole rows rather than single elements.
        let memory = try Shape.space([rows.count] + shape.dropFirst(), kind, at: location)
        let start = [hsize_t(rows.lowerBound)] + [hsize_t](repeating: 0, count: shape.count - 1)
        let count = try Shape.extents(
            of: [rows.count] + shape.dropFirst(), kind, "H5Sselect_hyperslab", at: location)
        try Library.call(kind, "H5Sselect_hyperslab", at: location) {
            H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, nil, count, nil)
        }
        self.file = file
        self.memory = memory
    }
}
