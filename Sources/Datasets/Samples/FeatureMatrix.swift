import HDF5
import Kernels

/// The features of a split in memory. Bytes stay bytes, which take a quarter of the memory, and are converted to floats
/// when a minibatch is gathered. All other types are converted to Float32 when they are read.
public struct FeatureMatrix: Sendable {
    private enum Storage: Sendable {
        case bytes(AlignedBuffer<UInt8>)
        case floats(FloatBuffer)
    }

    public let rows: Int
    /// The shape of one sample; a dataset of one dimension has samples of shape [1].
    public let sampleShape: [Int]
    /// value = raw · scale + offset
    public let scale: Float
    public let offset: Float
    private let storage: Storage
    /// The columns whose values are too close together for 32-bit floats; nil if there are none.
    package let coarseColumns: CoarseColumns?
    /// The range of the raw values, if the file's type is wider than a float.
    private let wideRange: ClosedRange<Double>?

    /// The number of values in a sample.
    public var width: Int { sampleShape.reduce(1, *) }

    /// The size in memory, in bytes.
    public var byteCount: Int {
        switch storage {
        case .bytes(let bytes): bytes.count
        case .floats(let floats): floats.count * MemoryLayout<Float>.stride
        }
    }

    /// Whether the features are bytes above 16 without a scale, on which networks learn poorly.
    public var isUnscaledBytes: Bool {
        if case .bytes(let bytes) = storage, scale == 1 { return bytes.view.pointer.contains { $0 > 16 } }
        return false
    }

    /// Calls `body` with the raw values in memory.
    public func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        switch storage {
        case .bytes(let bytes): body(UnsafeRawBufferPointer(bytes.view.pointer))
        case .floats(let floats): body(UnsafeRawBufferPointer(floats.view.pointer))
        }
    }

    /// The smallest and the largest scaled value.
    public var valueRange: ClosedRange<Double> {
        let rawRange = rawRange
        guard scale != 1 || offset != 0 else { return rawRange }
        let ends = [rawRange.lowerBound, rawRange.upperBound].map { Double(Float($0) * scale + offset) }.sorted()
        return ends[0]...ends[1]
    }

    private var rawRange: ClosedRange<Double> {
        if let wideRange { return wideRange }
        switch storage {
        case .bytes(let bytes): return Double(bytes.view.pointer.min() ?? 0)...Double(bytes.view.pointer.max() ?? 0)
        case .floats(let floats): return Double(floats.view.pointer.min() ?? 0)...Double(floats.view.pointer.max() ?? 0)
        }
    }

    /// Features from bytes in memory, [rows, sampleShape…].
    public init(bytes: AlignedBuffer<UInt8>, sampleShape: [Int], scale: Float) {
        self.sampleShape = sampleShape
        rows = bytes.count / sampleShape.reduce(1, *)
        self.scale = scale
        offset = 0
        storage = .bytes(bytes)
        coarseColumns = nil
        wideRange = nil
        precondition(rows * width == bytes.count)
    }

    /// Features from floats in memory, [rows, sampleShape…].
    package init(floats: FloatBuffer, sampleShape: [Int]) {
        self.sampleShape = sampleShape
        rows = floats.count / sampleShape.reduce(1, *)
        (scale, offset) = (1, 0)
        storage = .floats(floats)
        coarseColumns = nil
        wideRange = nil
        precondition(rows * width == floats.count)
    }

    /// The description that a child process sends to its parent, with the id of the shared memory.
    struct Description: Codable {
        let rows: Int
        let sampleShape: [Int]
        let scale: Float
        let offset: Float
        let areBytes: Bool
        let coarseColumns: CoarseColumns?
        let wideRange: ClosedRange<Double>?
        /// The shared memory segment, which can be attached while the child process exists.
        let sharedMemoryID: Int32
    }

    var description: Description {
        let (areBytes, sharedMemoryID) =
            switch storage {
            case .bytes(let bytes): (true, bytes.identifier)
            case .floats(let floats): (false, floats.identifier)
            }
        return Description(
            rows: rows, sampleShape: sampleShape, scale: scale, offset: offset, areBytes: areBytes,
            coarseColumns: coarseColumns, wideRange: wideRange, sharedMemoryID: sharedMemoryID ?? -1)
    }

    /// Attaches the features that a child process has read.
    /// - Returns: nil if the segment cannot be attached.
    init?(_ description: Description) {
        (rows, sampleShape) = (description.rows, description.sampleShape)
        (scale, offset) = (description.scale, description.offset)
        (coarseColumns, wideRange) = (description.coarseColumns, description.wideRange)
        let count = rows * sampleShape.reduce(1, *)
        let attached: Storage? =
            description.areBytes
            ? AlignedBuffer(count: count, attaching: description.sharedMemoryID).map(Storage.bytes)
            : FloatBuffer(count: count, attaching: description.sharedMemoryID).map(Storage.floats)
        guard let attached else { return nil }
        storage = attached
    }

    /// Reads a dataset [N, d…] of any number type.
    /// - Parameter scale: replaces the dataset's attribute; finite and not 0.
    /// - Throws: `DatasetError` for an empty dataset, a wrong type, invalid attributes, and values that are missing, NaN,
    ///   infinite, or too large after scaling; `HDF5Error` when reading fails.
    init(reading dataset: Dataset, file: String, scale: Float?) throws {
        let shape = dataset.shape
        guard dataset.elementType.isNumber else {
            throw DatasetError.notNumbers(
                file: file, dataset: dataset.path, type: dataset.elementType.description)
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
        self.rows = rows
        sampleShape = shape.count > 1 ? Array(shape.dropFirst()) : [1]
        let attributes = try ValueAttributes(of: dataset, file: file)
        func float(_ factor: ValueAttributes.Factor) throws -> Float {
            guard Float(factor.value).isFinite else {
                throw DatasetError.factorNotFinite(file: file, dataset: dataset.path, attribute: factor.name)
            }
            return Float(factor.value)
        }
        self.scale = try scale ?? attributes.scale.map(float) ?? 1
        offset = try attributes.offset.map(float) ?? 0
        if let factor = attributes.scale, self.scale == 0 {
            throw DatasetError.scaleIsZero(
                file: file, dataset: dataset.path, attribute: factor.name, value: describe(factor.value))
        }

        let areBytes = dataset.elementType == .integer(bits: 8, signed: false)
        guard dataset.count(elementSize: areBytes ? 1 : 4) != nil else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: shape)
        }
        if areBytes {
            let bytes = try dataset.readBulk(as: UInt8.self, file: file)
            try attributes.fills.requireAbsent(in: bytes.view, from: 0, file: file, dataset)
            storage = .bytes(bytes)
            coarseColumns = nil
            wideRange = nil
        } else {
            let (floats, ranges) = try dataset.readFloats(file: file, fills: attributes.fills)
            storage = .floats(floats)
            coarseColumns = ranges?.coarse(of: dataset.path, sampleShape: sampleShape)
            wideRange = ranges?.overall
        }
        try requireFiniteWhenScaled(dataset, file: file)
    }

    /// - Throws: `DatasetError.scaledBeyondFloat` for the first value that is infinite after scaling.
    private func requireFiniteWhenScaled(_ dataset: Dataset, file: String) throws {
        func isFinite(_ raw: Float) -> Bool { (raw * scale).isFinite && (raw * scale + offset).isFinite }
        // Scaling is monotonic: if the ends of the type's range are finite, all values are.
        let largest = if case .bytes = storage { Float(255) } else { Float.greatestFiniteMagnitude }
        if isFinite(largest) && isFinite(-largest) { return }
        let found: (index: Int, raw: Float)? =
            switch storage {
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

    /// Gathers the scaled features of the given rows.
    /// - Parameter destination: [rows.count, width], written.
    public func gather(_ rows: some Collection<Int>, into destination: FloatView) {
        precondition(destination.count == rows.count * width)
        var start = 0
        for row in rows {
            let target = destination.slice(start, width)
            switch storage {
            case .bytes(let bytes):
                Kernels.scale(bytes.view.slice(row * width, width), by: scale, offset: offset, into: target)
            case .floats(let floats):
                Kernels.scale(floats.view.slice(row * width, width), by: scale, offset: offset, into: target)
            }
            start += width
        }
    }
}

extension ElementType {
    var isNumber: Bool {
        switch self {
        case .integer, .float: true
        case .string, .other: false
        }
    }
}
