internal import CHDF5

extension Dataset {
    /// The type of the numbers in elements that are lists of any length each; nil for other elements.
    package var listElementType: ElementType? { elements.listElementType }

    /// Reads the lists of a range of rows of a dataset with one dimension, converted to `T`.
    ///
    /// - Parameters:
    ///   - rows: a part of `0..<shape[0]`.
    ///   - body: receives each row and its numbers, which are valid until it returns.
    /// - Throws: `HDF5Error`: `wrongType` if the elements are no lists of numbers; `readFailed`; the errors of `body`.
    package func readLists<T: HDF5Scalar>(
        rows: Range<Int>, as type: T.Type, _ body: (_ row: Int, _ numbers: UnsafeBufferPointer<T>) throws -> Void
    ) throws {
        try requireFilters()
        guard listElementType?.isNumeric == true else {
            throw location.error(.wrongType, "H5Dread", "elements are \(elementType), not lists of numbers")
        }
        guard !rows.isEmpty else { return }
        let selection = try RowSelection(rows, of: shape, bufferCount: rows.count, .readFailed, "H5Dread", at: location)
        let memoryType = try Handle(.readFailed, "H5Tvlen_create", at: location, close: H5Tclose) {
            H5Tvlen_create(T.elementType.nativeType)
        }
        let lists = UnsafeMutableBufferPointer<hvl_t>.allocate(capacity: rows.count)
        lists.initialize(repeating: hvl_t(len: 0, p: nil))
        defer {
            // Also after a failed read, in which some lists may have been allocated; the others are empty.
            _ = Library.locked {
                H5Dvlen_reclaim(memoryType.id, selection.memory.id, chdf5_H5P_DEFAULT(), lists.baseAddress)
            }
            lists.deallocate()
        }
        try Library.call(.readFailed, "H5Dread", at: location) {
            H5Dread(
                id, memoryType.id, selection.memory.id, selection.file.id, chdf5_H5P_DEFAULT(), lists.baseAddress)
        }
        for (row, list) in zip(rows, lists) {
            try body(
                row,
                UnsafeBufferPointer(
                    start: list.p.map { UnsafePointer($0.assumingMemoryBound(to: T.self)) },
                    count: list.p == nil ? 0 : list.len))
        }
    }
}
