import HDF5
import Kernels

/// The labels of a split as the file has them, before a loss says how to read them.
package struct Labels: Sendable {
    package enum Values: Sendable {
        /// One integer a sample: class ids.
        case integers([Int64])
        /// [rows, width] row-major: measurements, binary targets, or one-hot rows.
        case numbers([Float], width: Int)
    }

    package let values: Values
    /// As `ClassNames` finds them.
    package let classNames: [String]?
    /// The columns of measurements in which floats tell too few numbers of the file apart; nil where there are none.
    package var coarseColumns: CoarseColumns? {
        // Most integers are class ids, of which nobody asks this.
        if case .integers(let ids) = values { return ColumnRanges(of: ids).coarse(of: dataset, sampleShape: [1]) }
        return coarseNumbers
    }
    /// The same where the values are no integers.
    private let coarseNumbers: CoarseColumns?
    package let file: String
    package let dataset: String

    package var rows: Int {
        switch values {
        case .integers(let ids): ids.count
        case .numbers(let numbers, let width): numbers.count / width
        }
    }

    /// Labels that are in memory already.
    /// - Parameter name: what errors call them.
    package init(_ values: Values, classNames: [String]?, name: String) {
        (self.values, self.classNames, file, dataset) = (values, classNames, name, "")
        coarseNumbers = nil
    }

    /// What another process needs to have the same labels.
    struct Description: Codable {
        let rows: Int
        /// nil for integers.
        let width: Int?
        let classNames: [String]?
        let coarseNumbers: CoarseColumns?
        let file: String
        let dataset: String
        /// By which the values are attached, as long as their process holds them.
        let memory: Int32?
    }

    /// The values in memory that other processes may attach.
    func shared() -> (description: Description, memory: AnyObject) {
        func share<T: BitwiseCopyable & Numeric & Sendable>(
            _ numbers: [T], width: Int?
        ) -> (description: Description, memory: AnyObject) {
            let buffer = AlignedBuffer<T>(count: numbers.count, isShared: true)
            _ = buffer.view.pointer.update(fromContentsOf: numbers)
            let description = Description(
                rows: rows, width: width, classNames: classNames, coarseNumbers: coarseNumbers, file: file,
                dataset: dataset, memory: buffer.identifier)
            return (description, buffer)
        }
        switch values {
        case .integers(let ids): return share(ids, width: nil)
        case .numbers(let numbers, let width): return share(numbers, width: width)
        }
    }

    /// Labels that another process has read.
    init(_ description: Description) {
        guard let memory = description.memory else { preconditionFailure("what is read is in shared memory") }
        func copy<T: BitwiseCopyable & Numeric & Sendable>(_ count: Int) -> [T] {
            let buffer = AlignedBuffer<T>(count: count, attaching: memory)
            return withExtendedLifetime(buffer) { $0.view.array }
        }
        if let width = description.width {
            values = .numbers(copy(description.rows * width), width: width)
        } else {
            values = .integers(copy(description.rows))
        }
        (classNames, coarseNumbers) = (description.classNames, description.coarseNumbers)
        (file, dataset) = (description.file, description.dataset)
    }

    /// Reads a dataset [N], [N, 1] or [N, k] of any number type.
    /// - Throws: `DatasetError` for no rows, no numbers, a shape of more dimensions, attributes that cannot be, and by row
    ///   for missing values, NaN, infinity, and numbers that are beyond all integers or floats.
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
    /// One integer a row.
    fileprivate func readIntegers<Raw: RawNumber & FixedWidthInteger>(
        as type: Raw.Type, file: String, fills: [FillValue]
    ) throws -> [Int64] {
        let raw = try readBulk(as: Raw.self, file: file)
        return try withExtendedLifetime(raw) {
            try fills.requireNone(in: raw.view, from: 0, file: file, self)
            return try raw.view.pointer.enumerated().map { row, number in
                guard let id = Int64(exactly: number) else {
                    throw DatasetError.beyondInteger(file: file, dataset: path, row: row, value: "\(number)")
                }
                return id
            }
        }
    }
}
