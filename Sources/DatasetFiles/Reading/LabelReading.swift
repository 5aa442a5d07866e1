import Datasets
import HDF5
import Kernels
import Splits

extension Labels {
    /// Reads a dataset [N], [N, 1, …, 1] or [N, k] of numbers, or one of texts.
    /// - Throws: `DatasetError` for an empty dataset, a wrong type or shape, invalid attributes, and values that are
    ///   missing, NaN, infinite or too large; `HDF5Error` when reading fails.
    init(reading dataset: Dataset, file: String) throws {
        let shape = dataset.shape
        let isText = dataset.elementType == .string
        guard dataset.elementType.isNumeric || isText else {
            throw DatasetError.notNumbers(file: file, dataset: dataset.path, type: dataset.elementType.description)
        }
        let extents = shape.dropFirst().filter { $0 != 1 }
        guard !shape.isEmpty, extents.count <= 1, !extents.contains(0), !isText || extents.isEmpty else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        guard shape[0] > 0 else {
            try dataset.requireStored()
            throw DatasetError.noRows(file: file, dataset: dataset.path)
        }
        guard dataset.count(elementSize: 8) != nil else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: shape)
        }
        let classNames = try ClassNames.read(for: dataset)
        var known: Set<String> = []
        for name in classNames ?? [] where !known.insert(name).inserted {
            throw DatasetError.repeatedClassName(file: file, dataset: dataset.path, name: name)
        }
        self.init(
            isText
                ? Values(texts: try dataset.readStrings())
                : try dataset.labelValues(width: extents.first ?? 1, file: file),
            classNames: classNames, file: file, dataset: dataset.path)
    }
}

extension Dataset {
    /// The numbers of a dataset of labels; those of an enumeration by their names.
    fileprivate func labelValues(width: Int, file: String) throws -> Labels.Values {
        let attributes = try ValueAttributes(of: self, file: file)
        for (factor, none) in [(attributes.scale, 1.0), (attributes.offset, 0)] {
            guard let factor, factor.value != none else { continue }
            throw DatasetError.scaledLabels(
                file: file, dataset: path, attribute: factor.name, value: describe(factor.value))
        }
        guard case .integer(_, let isSigned) = elementType, width == 1 else {
            return .numbers(try readNumbers(file: file, fills: attributes.fills), width: width)
        }
        let integers =
            try isSigned
            ? readIntegers(as: Int64.self, file: file, fills: attributes.fills)
            : readIntegers(as: UInt64.self, file: file, fills: attributes.fills)
        guard let names = try enumerationNames() else { return .integers(integers) }
        return Labels.Values(texts: integers.map { names[$0] ?? "\($0)" })
    }

    /// Reads one integer from each row.
    private func readIntegers<Raw: RawNumber & FixedWidthInteger>(
        as type: Raw.Type, file: String, fills: [FillValue]
    ) throws -> [Int64] {
        let rows = StoredRows(self)
        let raw = try rows.readBulk(as: Raw.self, file: file)
        return try withExtendedLifetime(raw) {
            try fills.requireAbsent(in: raw.view, from: 0, file: file, rows)
            return try raw.view.pointer.enumerated().map { row, number in
                guard let integer = Int64(exactly: number) else {
                    throw DatasetError.beyondInteger(file: file, dataset: path, row: row, value: "\(number)")
                }
                return integer
            }
        }
    }

    /// Reads finite numbers, which fit into 32-bit floats.
    private func readNumbers(file: String, fills: [FillValue]) throws -> [Double] {
        let rows = StoredRows(self)
        let raw = try rows.readBulk(as: Double.self, file: file)
        return try withExtendedLifetime(raw) {
            try fills.requireAbsent(in: raw.view, from: 0, file: file, rows)
            let columns = raw.count / shape[0]
            if let index = search(raw.view, where: { !Float($0).isFinite }) {
                let (row, value) = (RowNumber(index / columns), raw.view[index])
                throw value.isFinite
                    ? DatasetError.beyondFloat(file: file, dataset: path, row: row, value: describe(value))
                    : .notFinite(file: file, dataset: path, row: row, value: "\(value)")
            }
            return raw.array
        }
    }
}
