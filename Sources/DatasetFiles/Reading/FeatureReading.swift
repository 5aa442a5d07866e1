import Datasets
import HDF5
import Kernels

/// The features at a path of an open file, in the process that reads it.
package struct StoredFeatures: RawFeatures {
    private let dataset: Dataset
    package let description: FeatureDescription
    private let fills: [FillValue]

    private var file: String { description.file }
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
        let attributes = try ValueAttributes(of: dataset, file: file)
        self.dataset = dataset
        fills = attributes.fills
        description = try FeatureDescription(of: dataset, file: file, attributes)
    }

    // MARK: Raw values

    package func forEachBlock(
        allowsMissing: Bool, _ body: (UnsafeBufferPointer<Double>, _ firstRow: Int) throws -> Void
    ) throws {
        try dataset.requireStored()
        for rows in dataset.blocks {
            ReadingService.heartbeat()
            let raw = try block(rows, allowsMissing: allowsMissing)
            try withExtendedLifetime(raw) { try body(UnsafeBufferPointer(raw.view.pointer), rows.lowerBound) }
        }
    }

    /// The raw values of some rows, with NaN for missing ones.
    /// - Throws: `DatasetError` for infinite values, and for missing ones unless they are allowed.
    private func block(_ rows: Range<Int>, allowsMissing: Bool) throws -> AlignedBuffer<Double> {
        let raw = AlignedBuffer<Double>(count: rows.count * width)
        return try withExtendedLifetime(raw) {
            try dataset.read(rows: rows, into: raw.view.pointer)
            if allowsMissing {
                fills.replace(in: raw.view)
            } else {
                try fills.requireAbsent(in: raw.view, from: rows.lowerBound, file: file, dataset)
            }
            if let index = raw.view.pointer.firstIndex(where: { allowsMissing ? $0.isInfinite : !$0.isFinite }) {
                throw DatasetError.notFinite(
                    file: file, dataset: dataset.path, row: rows.lowerBound + index / width,
                    value: "\(raw.view[index])")
            }
            return raw
        }
    }

    // MARK: Inputs

    package func matrix(_ transform: FeatureTransform, rows: RowSelection?) throws -> FeatureMatrix {
        guard transform.conversion == nil else {
            return try converted(transform, rows: rows) { try FloatBuffer(sharedCount: $0, file: file) }
        }
        var matrix = try plain(transform)
        if rows != nil || transform.order != nil { matrix = matrix.picking(rows: rows, order: transform.order) }
        matrix.ranges = matrix.computedRanges(perFeature: description.hasFeatureRanges)
        return matrix
    }

    /// Values with no more than scale and offset. Their ranges are yet to be set.
    private func plain(_ transform: FeatureTransform) throws -> FeatureMatrix {
        let (scale, offset) = (Float(transform.scale), Float(transform.offset))
        var matrix: FeatureMatrix
        if dataset.elementType == .integer(bits: 8, signed: false) {
            let bytes = try dataset.readBulk(as: UInt8.self, file: file)
            try fills.requireAbsent(in: bytes.view, from: 0, file: file, dataset)
            matrix = FeatureMatrix(.bytes(bytes), sampleShape: transform.inputShape, scale: scale, offset: offset)
        } else {
            let (floats, ranges) = try dataset.readFloats(file: file, fills: fills)
            matrix = FeatureMatrix(.floats(floats), sampleShape: transform.inputShape, scale: scale, offset: offset)
            matrix.coarseColumns = ranges?.coarse(of: dataset.path, sampleShape: description.sampleShape)
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
            file: file, dataset: dataset.path, row: index / width, value: describe(raw), scale: describe(scale),
            offset: offset == 0 ? nil : describe(offset))
    }
}
