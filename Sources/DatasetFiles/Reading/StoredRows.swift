import Datasets
import HDF5
import Kernels

/// The numbers of a dataset as rows: its own, or the steps of its sequences, one sample after another.
struct StoredRows {
    private enum Form {
        /// Rows of the dataset.
        case plain
        /// The first steps of each sample of a dataset [samples, time…].
        case padded
        /// Elements that are lists.
        case lists
    }

    let dataset: Dataset
    /// The sequences whose steps are the rows; nil if rows are samples.
    let sequences: SequenceOffsets?
    private let form: Form
    /// The number of rows.
    let count: Int
    /// The shape of a row; [1] for a row of one number.
    let shape: [Int]

    /// All rows of a dataset.
    /// - Parameter sequences: the sequences whose steps they are; nil if they are samples.
    init(_ dataset: Dataset, stepsOf sequences: SequenceOffsets? = nil) {
        let rowShape = Array(dataset.shape.dropFirst())
        self.init(dataset, .plain, sequences, count: dataset.shape.first ?? 1, rowShape)
    }

    /// The first steps of each sample.
    /// - Parameter sequences: has as many as the dataset [samples, time] or [samples, time, channels] has samples.
    init(_ dataset: Dataset, paddedBeyond sequences: SequenceOffsets) {
        self.init(dataset, .padded, sequences, count: sequences.steps, Array(dataset.shape.dropFirst(2)))
    }

    /// The numbers of lists, which are sequences.
    init(listsOf dataset: Dataset, _ sequences: SequenceOffsets) {
        self.init(dataset, .lists, sequences, count: sequences.steps, [])
    }

    private init(_ dataset: Dataset, _ form: Form, _ sequences: SequenceOffsets?, count: Int, _ shape: [Int]) {
        (self.dataset, self.form, self.sequences, self.count) = (dataset, form, sequences, count)
        self.shape = shape.isEmpty ? [1] : shape
    }

    /// The number of values in a row.
    var width: Int { shape.reduce(1, *) }

    /// Whether they are the first steps of samples that have room for more.
    var isPadded: Bool { form == .padded }

    var elementType: ElementType { dataset.listElementType ?? dataset.elementType }

    /// What messages call a row.
    func number(ofRow row: Int) -> RowNumber { sequences?.number(ofStep: row) ?? RowNumber(row) }

    /// The rows that are best read together: those of whole chunks, about a million elements.
    var blocks: [Range<Int>] {
        switch (form, sequences) {
        case (.padded, let sequences?):
            dataset.rowBlocks.map { sequences.offsets[$0.lowerBound]..<sequences.offsets[$0.upperBound] }
                .filter { !$0.isEmpty }
        case (.lists, _): stride(from: 0, to: count, by: 1 << 20).map { $0..<min($0 + 1 << 20, count) }
        default: dataset.rowBlocks
        }
    }

    /// Reads rows, converted to `T`.
    /// - Parameter buffer: [rows.count, width], written.
    /// - Throws: `HDF5Error`.
    func read<T: HDF5Scalar & Numeric>(rows: Range<Int>, into buffer: BufferView<T>) throws {
        guard let sequences, form != .plain, !rows.isEmpty else {
            return try dataset.read(rows: rows, into: buffer.pointer)
        }
        let samples = sequences.sequence(ofStep: rows.lowerBound)..<sequences.sequence(ofStep: rows.upperBound - 1) + 1
        let width = width
        /// Copies those of a sample's steps that are wanted.
        func copy(_ sample: Int, from steps: BufferView<T>) {
            let own = sequences.steps(of: sample)
            let wanted = own.clamped(to: rows)
            guard !wanted.isEmpty else { return }
            let source = steps.slice((wanted.lowerBound - own.lowerBound) * width, wanted.count * width)
            buffer.slice((wanted.lowerBound - rows.lowerBound) * width, source.count).copy(from: source)
        }
        if form == .lists {
            let lists = AlignedBuffer<T>(count: samples.map(sequences.length).max() ?? 0)
            return try withExtendedLifetime(lists) {
                try dataset.readLists(rows: samples, as: T.self) { sample, numbers in
                    guard numbers.count == sequences.length(of: sample) else {
                        throw HDF5Error(
                            kind: .readFailed, operation: "H5Dread", path: "", object: dataset.path,
                            detail: "row \(sample) has another length than before")
                    }
                    let list = lists.view.slice(0, numbers.count)
                    _ = list.pointer.update(fromContentsOf: numbers)
                    copy(sample, from: list)
                }
            }
        }
        let size = dataset.shape.dropFirst().reduce(1, *)
        let padded = AlignedBuffer<T>(count: samples.count * size)
        try withExtendedLifetime(padded) {
            try dataset.read(rows: samples, into: padded.view.pointer)
            for sample in samples {
                copy(sample, from: padded.view.slice((sample - samples.lowerBound) * size, size))
            }
        }
    }
}

extension Dataset {
    /// Blocks of whole chunks with about a million elements each.
    fileprivate var rowBlocks: [Range<Int>] {
        let columns = shape.dropFirst().reduce(1, *)
        // A chunk may be longer than the dataset.
        let chunkRows = max(1, min(chunkShape?.first ?? 1, shape[0]))
        let blockRows = max(1, (1 << 20) / (columns * chunkRows)) * chunkRows
        return stride(from: 0, to: shape[0], by: blockRows).map { $0..<min($0 + blockRows, shape[0]) }
    }
}
