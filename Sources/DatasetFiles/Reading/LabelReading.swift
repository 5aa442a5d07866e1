import Datasets
import HDF5
import Kernels
import Splits

extension StoredRows {
    /// The labels of samples as rows: one for each, or one for each step of sequences.
    /// - Parameters:
    ///   - features: of the samples.
    ///   - steps: theirs, if they differ in length.
    ///   - lengthsName: the path of what says so.
    /// - Throws: `DatasetError` if there are not as many labels as samples, or steps; `HDF5Error`.
    init(_ labels: Dataset, of features: Dataset, stepsOf steps: StoredRows?, lengthsName: String?, file: String) throws
    {
        let rows = labels.shape.first ?? 0
        guard let steps, let sequences = steps.sequences, let lengthsName else {
            try Self.requireEqual(labels, rows, features, features.shape.first ?? 0, file)
            self.init(labels)
            return
        }
        if labels.listElementType != nil {
            try Self.requireEqual(labels, rows, features, sequences.count, file)
            let own = try labels.listSequences(file: file)
            if let row = (0..<rows).first(where: { own.length(of: $0) != sequences.length(of: $0) }) {
                throw DatasetError.stepCountsDiffer(
                    file: file, dataset: labels.path, row: row, labels: own.length(of: row), features: features.path,
                    steps: sequences.length(of: row))
            }
            self.init(listsOf: labels, sequences)
        } else if steps.isPadded {
            try Self.requireEqual(labels, rows, features, sequences.count, file)
            let longest = features.shape[1]
            if longest > 1, labels.shape.count > 1, labels.shape[1] == longest, labels.elementType.isNumeric {
                self.init(labels, paddedBeyond: sequences)
            } else {
                self.init(labels)
            }
        } else if rows == sequences.count {
            self.init(labels)
        } else if rows == sequences.steps {
            self.init(labels, stepsOf: sequences)
        } else {
            throw DatasetError.sequenceCountDiffers(
                file: file, dataset: labels.path, rows: rows, offsets: lengthsName, sequences: sequences.count,
                steps: sequences.steps)
        }
    }

    private static func requireEqual(
        _ labels: Dataset, _ rows: Int, _ features: Dataset, _ samples: Int, _ file: String
    ) throws(DatasetError) {
        guard rows == samples else {
            throw .rowCountsDiffer(
                file: file, features: features.path, featureRows: samples, labels: labels.path, labelRows: rows)
        }
    }
}

extension Labels {
    /// Reads labels that are numbers, several numbers, or texts.
    /// - Parameters:
    ///   - rows: of which each is a label.
    ///   - stepsOfSamples: the second number of the features' shape. Labels of as many numbers may be of steps.
    /// - Throws: `DatasetError` for an empty dataset, a wrong type or shape, invalid attributes, and values that are
    ///   missing, NaN, infinite or too large; `HDF5Error` when reading fails.
    init(reading rows: StoredRows, stepsOfSamples: Int?, file: String) throws {
        let dataset = rows.dataset
        let isText = rows.elementType == .string
        let areListsOfSamples = dataset.listElementType != nil && rows.sequences == nil
        guard rows.elementType.isNumeric || isText, !areListsOfSamples else {
            throw DatasetError.notNumbers(file: file, dataset: dataset.path, type: dataset.elementType.description)
        }
        let extents = rows.shape.filter { $0 != 1 }
        let mayBeOfSteps = rows.sequences == nil && rows.shape[0] == stepsOfSamples && rows.shape.count <= 2
        guard !dataset.shape.isEmpty, extents.count <= (mayBeOfSteps ? 2 : 1), !extents.contains(0),
            !isText || extents.isEmpty
        else { throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: dataset.shape) }
        guard rows.count > 0 else {
            try dataset.requireStored()
            throw DatasetError.noRows(file: file, dataset: dataset.path)
        }
        guard dataset.count(elementSize: 8) != nil else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: dataset.shape)
        }
        let classNames = try ClassNames.read(for: dataset)
        var known: Set<String> = []
        for name in classNames ?? [] where !known.insert(name).inserted {
            throw DatasetError.repeatedClassName(file: file, dataset: dataset.path, name: name)
        }
        self.init(
            isText ? Values(texts: try dataset.readStrings()) : try rows.labelValues(file: file),
            classNames: classNames, file: file, dataset: dataset.path, sequences: rows.sequences,
            sampleShape: mayBeOfSteps ? rows.shape : [])
    }
}

extension StoredRows {
    /// The numbers of rows that are labels; those of an enumeration by their names.
    fileprivate func labelValues(file: String) throws -> Labels.Values {
        let attributes = try ValueAttributes(of: dataset, file: file)
        for (factor, none) in [(attributes.scale, 1.0), (attributes.offset, 0)] {
            guard let factor, factor.value != none else { continue }
            throw DatasetError.scaledLabels(
                file: file, dataset: dataset.path, attribute: factor.name, value: describe(factor.value))
        }
        guard case .integer(_, let isSigned) = elementType, width == 1 else {
            return .numbers(try readNumbers(file: file, fills: attributes.fills), width: width)
        }
        let integers =
            try isSigned
            ? readIntegers(as: Int64.self, file: file, fills: attributes.fills)
            : readIntegers(as: UInt64.self, file: file, fills: attributes.fills)
        guard let names = try dataset.enumerationNames() else { return .integers(integers) }
        return Labels.Values(texts: integers.map { names[$0] ?? "\($0)" })
    }

    /// Reads one integer from each row.
    private func readIntegers<Raw: RawNumber & FixedWidthInteger>(
        as type: Raw.Type, file: String, fills: [FillValue]
    ) throws -> [Int64] {
        let raw = try readBulk(as: Raw.self, file: file)
        return try withExtendedLifetime(raw) {
            try fills.requireAbsent(in: raw.view, from: 0, file: file, self)
            return try raw.view.pointer.enumerated().map { row, value in
                guard let integer = Int64(exactly: value) else {
                    throw DatasetError.beyondInteger(
                        file: file, dataset: dataset.path, row: number(ofRow: row), value: "\(value)")
                }
                return integer
            }
        }
    }

    /// Reads finite numbers, which fit into 32-bit floats.
    private func readNumbers(file: String, fills: [FillValue]) throws -> [Double] {
        let raw = try readBulk(as: Double.self, file: file)
        return try withExtendedLifetime(raw) {
            try fills.requireAbsent(in: raw.view, from: 0, file: file, self)
            if let index = search(raw.view, where: { !Float($0).isFinite }) {
                let (row, value) = (number(ofRow: index / width), raw.view[index])
                throw value.isFinite
                    ? DatasetError.beyondFloat(file: file, dataset: dataset.path, row: row, value: describe(value))
                    : .notFinite(file: file, dataset: dataset.path, row: row, value: "\(value)")
            }
            return raw.array
        }
    }
}
