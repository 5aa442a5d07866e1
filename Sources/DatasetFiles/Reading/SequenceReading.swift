import Datasets
import HDF5
import Splits

/// Where a file says that samples are sequences of different lengths: a dataset `lengths` beside features [samples, time…], a
/// dataset `offsets` beside `values` [steps…], or features that are lists.
enum SequenceReading {
    private static let (values, offsets, lengths) = ("values", "offsets", "lengths")

    /// The steps of a dataset of features, and the path of what says their lengths; nil if its samples all have one shape.
    /// - Throws: `DatasetError` for lengths and offsets that do not fit; `HDF5Error`.
    static func steps(
        of dataset: Dataset, in root: Group, file: String
    ) throws -> (rows: StoredRows, lengthsName: String)? {
        let (sequences, rows, name): (SequenceOffsets, StoredRows, String)
        guard dataset.count(elementSize: 1) != nil else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: dataset.shape)
        }
        if dataset.listElementType != nil {
            sequences = try dataset.listSequences(file: file)
            (rows, name) = (StoredRows(listsOf: dataset, sequences), dataset.path)
        } else if let offsets = try offsets(of: dataset, in: root) {
            sequences = try offsets.sequences(cutting: dataset, file: file)
            (rows, name) = (StoredRows(dataset, stepsOf: sequences), offsets.path)
        } else if let lengths = try lengths(of: dataset, in: root) {
            sequences = try lengths.lengths(of: dataset, file: file)
            (rows, name) = (StoredRows(dataset, paddedBeyond: sequences), lengths.path)
        } else {
            return nil
        }
        guard sequences.count > 0 else { throw DatasetError.noRows(file: file, dataset: dataset.path) }
        guard sequences.steps > 0 else { throw DatasetError.noSteps(file: file, dataset: name) }
        return (rows, name)
    }

    /// The offsets of sequences, if a dataset holds their steps.
    /// - Throws: `HDF5Error`.
    static func offsets(of dataset: Dataset, in root: Group) throws -> Dataset? {
        let (group, name) = split(dataset.path)
        guard name == values, try root.containsDataset(group + offsets) else { return nil }
        return try root.dataset(group + offsets)
    }

    /// The lengths of samples that are sequences. In the root they are those of the training split's features, and of three
    /// dimensions, since the rows of many a table have some length.
    private static func lengths(of dataset: Dataset, in root: Group) throws -> Dataset? {
        let (group, name) = split(dataset.path)
        let isKnown =
            !group.isEmpty || dataset.shape.count == 3 && SplitName.train.usualNames.contains { $0.features == name }
        guard isKnown, name != lengths, try root.containsDataset(group + lengths) else { return nil }
        return try root.dataset(group + lengths)
    }

    /// The group of a dataset, with a slash at its end unless it is the root, and the dataset's name.
    private static func split(_ path: String) -> (group: String, name: String) {
        let parts = path.split(separator: "/")
        return (parts.dropLast().map { "\($0)/" }.joined(), parts.last.map(String.init) ?? "")
    }
}

extension Dataset {
    /// The sequences that lengths cut from features [samples, time] or [samples, time, channels].
    fileprivate func lengths(of features: Dataset, file: String) throws -> SequenceOffsets {
        guard (2...3).contains(features.shape.count) else {
            throw DatasetError.noSequences(
                file: file, dataset: features.path, shape: features.shape, lengths: path)
        }
        let axes = try features.text("axes").flatMap(SampleAxes.letters)
        if let axes, axes.last == "T", axes.count == 2 {
            throw DatasetError.stepsAreNotFirst(file: file, dataset: features.path, axes: axes)
        }
        let (rows, longest) = (features.shape[0], features.shape[1])
        let lengths = try wholeNumbers(file: file)
        guard lengths.count == rows else {
            throw DatasetError.rowCountsDiffer(
                file: file, features: features.path, featureRows: rows, labels: path, labelRows: lengths.count)
        }
        if let row = lengths.firstIndex(where: { !(0...longest).contains($0) }) {
            throw DatasetError.lengthOutside(
                file: file, dataset: path, row: row, value: lengths[row], features: features.path, steps: longest)
        }
        return SequenceOffsets(lengths: lengths)
    }

    /// The sequences that offsets cut from values [steps…].
    fileprivate func sequences(cutting values: Dataset, file: String) throws -> SequenceOffsets {
        let (offsets, steps) = (try wholeNumbers(file: file), values.shape.first ?? 0)
        guard let first = offsets.first, let last = offsets.last else {
            throw DatasetError.noRows(file: file, dataset: path)
        }
        guard first == 0 else { throw DatasetError.offsetsBegin(file: file, dataset: path, value: first) }
        if let row = offsets.indices.dropFirst().first(where: { offsets[$0] < offsets[$0 - 1] }) {
            throw DatasetError.offsetsFall(
                file: file, dataset: path, row: row, value: offsets[row], former: offsets[row - 1])
        }
        guard last == steps else {
            throw DatasetError.offsetsEnd(file: file, dataset: path, value: last, values: values.path, steps: steps)
        }
        return SequenceOffsets(offsets)
    }

    /// The sequences that lists are.
    func listSequences(file: String) throws -> SequenceOffsets {
        guard let type = listElementType, type.isNumeric else {
            throw DatasetError.notNumbers(file: file, dataset: path, type: elementType.description)
        }
        guard shape.count == 1 else {
            throw DatasetError.unusableShape(file: file, dataset: path, shape: shape)
        }
        try requireStored()
        guard shape[0] > 0 else { throw DatasetError.noRows(file: file, dataset: path) }
        var lengths: [Int] = []
        // Few at a time, since lists are read whole to be counted, and may be long.
        for start in stride(from: 0, to: shape[0], by: 64) {
            ReadingService.heartbeat()
            try readLists(rows: start..<min(start + 64, shape[0]), as: UInt8.self) { lengths.append($1.count) }
        }
        return SequenceOffsets(lengths: lengths)
    }

    /// Lengths or offsets: a dataset [N] of whole numbers.
    private func wholeNumbers(file: String) throws -> [Int] {
        guard elementType.isNumeric else {
            throw DatasetError.notNumbers(file: file, dataset: path, type: elementType.description)
        }
        guard !shape.isEmpty, shape.dropFirst().allSatisfy({ $0 == 1 }) else {
            throw DatasetError.unusableLengths(file: file, dataset: path, shape: shape)
        }
        if case .integer(_, let isSigned) = elementType {
            return try isSigned ? read(as: Int.self) : read(as: UInt64.self).map { Int(clamping: $0) }
        }
        return try read(as: Double.self).enumerated().map { row, number in
            guard let whole = Int(exactly: number) else {
                throw DatasetError.lengthNotWhole(file: file, dataset: path, row: row, value: describe(number))
            }
            return whole
        }
    }
}
