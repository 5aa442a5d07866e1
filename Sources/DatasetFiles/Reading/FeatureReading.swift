import Datasets
import HDF5
import Kernels

/// The features at a path of an open file, in the process that reads it.
package struct StoredFeatures: RawFeatures {
    private let rows: StoredRows
    package let description: FeatureDescription
    private let fills: [FillValue]

    private var file: String { description.file }
    private var path: String { description.dataset }
    private var width: Int { description.width }

    /// Checks type and shape, and reads what the file says of the features.
    /// - Throws: `DatasetError` for an empty dataset, a wrong type and invalid attributes; `HDF5Error`.
    init(_ dataset: Dataset, file: String) throws {
        let shape = dataset.shape
        guard dataset.elementType.isNumeric else {
            throw DatasetError.notNumbers(file: file, dataset: dataset.path, type: dataset.elementType.description)
        }
        guard let rows = shape.first, shape.allSatisfy({ $0 >= 0 }) else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        guard rows > 0 else {
            // A virtual dataset of unlimited size has no rows if its source is missing.
            try dataset.requireStored()
            throw DatasetError.noRows(file: file, dataset: dataset.path)
        }
        guard shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        let areBytes = dataset.elementType == .integer(bits: 8, signed: false)
        guard dataset.count(elementSize: areBytes ? 1 : 4) != nil else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: shape)
        }
        try self.init(StoredRows(dataset), file: file)
    }

    /// The steps of sequences.
    /// - Throws: `DatasetError` for a wrong type and invalid attributes; `HDF5Error`.
    init(steps: StoredRows, file: String) throws {
        let (dataset, shape) = (steps.dataset, steps.dataset.shape)
        guard steps.elementType.isNumeric else {
            throw DatasetError.notNumbers(file: file, dataset: dataset.path, type: steps.elementType.description)
        }
        guard steps.shape.count == 1, steps.width > 0 else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        try self.init(steps, file: file)
    }

    private init(_ rows: StoredRows, file: String) throws {
        let attributes = try ValueAttributes(of: rows.dataset, file: file)
        self.rows = rows
        fills = attributes.fills
        description = try FeatureDescription(of: rows, file: file, attributes)
    }

    package func number(ofRow row: Int) -> RowNumber { rows.number(ofRow: row) }

    // MARK: Raw values

    package func forEachBlock(
        allowsMissing: Bool, _ body: (UnsafeBufferPointer<Double>, _ firstRow: Int) throws -> Void
    ) throws {
        try rows.dataset.requireStored()
        for block in rows.blocks {
            ReadingService.heartbeat()
            let raw = try read(block, allowsMissing: allowsMissing)
            try withExtendedLifetime(raw) { try body(UnsafeBufferPointer(raw.view.pointer), block.lowerBound) }
        }
    }

    /// The raw values of some rows, with NaN for missing ones.
    /// - Throws: `DatasetError` for infinite values, and for missing ones unless they are allowed.
    private func read(_ block: Range<Int>, allowsMissing: Bool) throws -> AlignedBuffer<Double> {
        let raw = AlignedBuffer<Double>(count: block.count * width)
        return try withExtendedLifetime(raw) {
            try rows.read(rows: block, into: raw.view)
            if allowsMissing {
                fills.replace(in: raw.view)
            } else {
                try fills.requireAbsent(in: raw.view, from: block.lowerBound, file: file, rows)
            }
            if let index = raw.view.pointer.firstIndex(where: { allowsMissing ? $0.isInfinite : !$0.isFinite }) {
                throw DatasetError.notFinite(
                    file: file, dataset: path, row: number(ofRow: block.lowerBound + index / width),
                    value: "\(raw.view[index])")
            }
            return raw
        }
    }

    // MARK: Inputs

    package func matrix(_ transform: FeatureTransform, rows selection: RowSelection?) throws -> FeatureMatrix {
        guard transform.conversion == nil else {
            return try converted(transform, rows: selection) { try FloatBuffer(sharedCount: $0, file: file) }
        }
        var matrix = try plain(transform)
        if selection != nil || transform.order != nil {
            matrix = matrix.picking(rows: selection, order: transform.order)
        }
        matrix.ranges = matrix.computedRanges(perFeature: description.hasFeatureRanges)
        return matrix
    }

    /// Values with no more than scale and offset. Their ranges are yet to be set.
    private func plain(_ transform: FeatureTransform) throws -> FeatureMatrix {
        let (scale, offset) = (Float(transform.scale), Float(transform.offset))
        var matrix: FeatureMatrix
        if rows.elementType == .integer(bits: 8, signed: false) {
            let bytes = try rows.readBulk(as: UInt8.self, file: file)
            try fills.requireAbsent(in: bytes.view, from: 0, file: file, rows)
            matrix = FeatureMatrix(.bytes(bytes), sampleShape: transform.inputShape, scale: scale, offset: offset)
        } else {
            let (floats, ranges) = try rows.readFloats(file: file, fills: fills)
            matrix = FeatureMatrix(.floats(floats), sampleShape: transform.inputShape, scale: scale, offset: offset)
            matrix.coarseColumns = ranges?.coarse(of: path, sampleShape: description.sampleShape)
        }
        try requireFinite(matrix)
        return matrix
    }

    /// - Throws: `DatasetError.scaledBeyondFloat` for the first value that is infinite after scaling.
    private func requireFinite(_ matrix: FeatureMatrix) throws {
        let (scale, offset) = (matrix.scale, matrix.offset)
        func isFinite(_ raw: Float) -> Bool { (raw * scale).isFinite && (raw * scale + offset).isFinite }
        // Scaling is monotonic: if the ends of the type's range are finite, all values are.
        let largest = if case .bytes = matrix.storage { Float(255) } else { Float.greatestFiniteMagnitude }
        if isFinite(largest) && isFinite(-largest) { return }
        let found: (index: Int, raw: Float)? =
            switch matrix.storage {
            case .bytes(let bytes):
                search(bytes.view) { !isFinite(Float($0)) }.map { ($0, Float(bytes.view[$0])) }
            case .floats(let floats):
                search(floats.view) { !isFinite($0) }.map { ($0, floats.view[$0]) }
            }
        guard let (index, raw) = found else { return }
        throw DatasetError.scaledBeyondFloat(
            file: file, dataset: path, row: number(ofRow: index / width), value: describe(raw),
            scale: describe(scale), offset: offset == 0 ? nil : describe(offset))
    }
}
