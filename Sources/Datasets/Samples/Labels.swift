import HDF5
import Kernels

/// The labels of a split as in the file, before they are encoded for a loss.
package struct Labels: Sendable {
    package enum Values: Sendable {
        /// One integer for each sample: class ids.
        case integers([Int64])
        /// [rows, width], row-major: regression targets, binary targets, or one-hot rows.
        case numbers([Float], width: Int)
    }

    package let values: Values
    /// The class names in the file; nil if there are none.
    package let classNames: [String]?
    /// The columns whose values are too close together for 32-bit floats; nil if there are none.
    package var coarseColumns: CoarseColumns? {
        // Computed on demand, because most integers are class ids.
        if case .integers(let ids) = values { return ColumnRanges(of: ids).coarse(of: dataset, sampleShape: [1]) }
        return coarseNumbers
    }
    /// The coarse columns of `.numbers`.
    private let coarseNumbers: CoarseColumns?
    package let file: String
    package let dataset: String

    package var rows: Int {
        switch values {
        case .integers(let ids): ids.count
        case .numbers(let numbers, let width): numbers.count / width
        }
    }

    /// Labels in memory.
    /// - Parameter name: a name for error messages.
    package init(_ values: Values, classNames: [String]?, name: String) {
        (self.values, self.classNames, file, dataset) = (values, classNames, name, "")
        coarseNumbers = nil
    }

    /// The description that a child process sends to its parent, with the id of the shared memory.
    struct Description: Codable {
        let rows: Int
        /// nil for integers.
        let width: Int?
        let classNames: [String]?
        let coarseNumbers: CoarseColumns?
        let file: String
        let dataset: String
        /// The shared memory segment, which can be attached while the child process exists.
        let sharedMemoryID: Int32
    }

    /// Copies the values to shared memory.
    func shared() -> (description: Description, memory: AnyObject) {
        func share<T: BitwiseCopyable & Numeric & Sendable>(
            _ numbers: [T], width: Int?
        ) -> (description: Description, memory: AnyObject) {
            let buffer = AlignedBuffer<T>(count: numbers.count, isShared: true)
            _ = buffer.view.pointer.update(fromContentsOf: numbers)
            let description = Description(
                rows: rows, width: width, classNames: classNames, coarseNumbers: coarseNumbers, file: file,
                dataset: dataset, sharedMemoryID: buffer.identifier ?? -1)
            return (description, buffer)
        }
        switch values {
        case .integers(let ids): return share(ids, width: nil)
        case .numbers(let numbers, let width): return share(numbers, width: width)
        }
    }

    /// Copies the labels that a child process has read.
    /// - Returns: nil if the segment cannot be attached.
    init?(_ description: Description) {
        func copy<T: BitwiseCopyable & Numeric & Sendable>(_ count: Int) -> [T]? {
            guard let buffer = AlignedBuffer<T>(count: count, attaching: description.sharedMemoryID) else { return nil }
            return withExtendedLifetime(buffer) { $0.view.array }
        }
        if let width = description.width {
            guard let numbers: [Float] = copy(description.rows * width) else { return nil }
            values = .numbers(numbers, width: width)
        } else {
            guard let ids: [Int64] = copy(description.rows) else { return nil }
            values = .integers(ids)
        }
        (classNames, coarseNumbers) = (description.classNames, description.coarseNumbers)
        (file, dataset) = (description.file, description.dataset)
    }

    /// Reads a dataset [N], [N, 1] or [N, k] of any number type.
    /// - Throws: `DatasetError` for an empty dataset, a wrong type or shape, invalid attributes, and values that are
    ///   missing, NaN, infinite or too large; `HDF5Error` when reading fails.
    init(reading dataset: Dataset, file: String) throws {
        let shape = dataset.shape
        self.file = file
        self.dataset = dataset.path
        guard dataset.elementType.isNumber else {
            throw DatasetError.notNumbers(file: file, dataset: dataset.path, type: dataset.elementType.description)
        }
        guard shape.count == 1 || shape.count == 2, shape.last != 0 || shape.count == 1 else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        guard shape[0] > 0 else {
            try dataset.requireStored()
            throw DatasetError.noRows(file: file, dataset: dataset.path)
        }
        guard dataset.count(elementSize: 8) != nil else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: shape)
        }
        classNames = try ClassNames.read(for: dataset)

        let attributes = try ValueAttributes(of: dataset, file: file)
        for (factor, none) in [(attributes.scale, 1.0), (attributes.offset, 0)] {
            guard let factor, factor.value != none else { continue }
            throw DatasetError.scaledLabels(
                file: file, dataset: dataset.path, attribute: factor.name, value: describe(factor.value))
        }
        let width = shape.count == 2 ? shape[1] : 1
        if case .integer(_, let isSigned) = dataset.elementType, width == 1 {
            let ids =
                try isSigned
                ? dataset.readIntegers(as: Int64.self, file: file, fills: attributes.fills)
                : dataset.readIntegers(as: UInt64.self, file: file, fills: attributes.fills)
            values = .integers(ids)
            coarseNumbers = nil
        } else {
            let (numbers, ranges) = try dataset.readFloats(file: file, fills: attributes.fills)
            values = .numbers(withExtendedLifetime(numbers) { $0.view.array }, width: width)
            coarseNumbers = ranges?.coarse(of: dataset.path, sampleShape: [width])
        }
    }
}

extension Dataset {
    /// Reads one integer from each row.
    fileprivate func readIntegers<Raw: RawNumber & FixedWidthInteger>(
        as type: Raw.Type, file: String, fills: [FillValue]
    ) throws -> [Int64] {
        let raw = try readBulk(as: Raw.self, file: file)
        return try withExtendedLifetime(raw) {
            try fills.requireAbsent(in: raw.view, from: 0, file: file, self)
            return try raw.view.pointer.enumerated().map { row, number in
                guard let id = Int64(exactly: number) else {
                    throw DatasetError.beyondInteger(file: file, dataset: path, row: row, value: "\(number)")
                }
                return id
            }
        }
    }
}
