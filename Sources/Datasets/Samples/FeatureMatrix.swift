import HDF5
import Kernels

/// The features of a split in memory. Bytes stay bytes, a quarter of the memory, and become floats as a minibatch is
/// gathered; every other type is held as Float32.
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
    /// The columns in which floats tell too few numbers of the file apart; nil where there are none.
    package let coarseColumns: CoarseColumns?
    /// The smallest and the largest raw number, where the file's are wider than floats.
    private let wideRange: ClosedRange<Double>?

    /// Numbers a sample.
    public var width: Int { sampleShape.reduce(1, *) }

    /// Bytes in memory.
    public var byteCount: Int {
        switch storage {
        case .bytes(let bytes): bytes.count
        case .floats(let floats): floats.count * MemoryLayout<Float>.stride
        }
    }

    /// Whether samples are raw bytes that nothing scales to a range in which networks learn.
    public var isUnscaledBytes: Bool {
        if case .bytes(let bytes) = storage, scale == 1 { return bytes.view.pointer.contains { $0 > 16 } }
        return false
    }

    /// The features as they lie in memory, unscaled.
    public func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        switch storage {
        case .bytes(let bytes): body(UnsafeRawBufferPointer(bytes.view.pointer))
        case .floats(let floats): body(UnsafeRawBufferPointer(floats.view.pointer))
        }
    }

    /// The smallest and the largest value: as the file has them, or scaled as the network gets them.
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

    /// Bytes that are in memory already, [rows, sampleShape…].
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

    /// Floats that are in memory already, [rows, sampleShape…].
    package init(floats: FloatBuffer, sampleShape: [Int]) {
        self.sampleShape = sampleShape
        rows = floats.count / sampleShape.reduce(1, *)
        (scale, offset) = (1, 0)
        storage = .floats(floats)
        coarseColumns = nil
        wideRange = nil
        precondition(rows * width == floats.count)
    }

    /// What another process needs to have the same features.
    struct Description: Codable {
        let rows: Int
        let sampleShape: [Int]
        let scale: Float
        let offset: Float
        let areBytes: Bool
        let coarseColumns: CoarseColumns?
        let wideRange: ClosedRange<Double>?
        /// By which the numbers are attached, as long as their process holds them.
        let memory: Int32?
    }

    /// Of features that were read.
    var description: Description {
        let (areBytes, memory) =
            switch storage {
            case .bytes(let bytes): (true, bytes.identifier)
            case .floats(let floats): (false, floats.identifier)
            }
        return Description(
            rows: rows, sampleShape: sampleShape, scale: scale, offset: offset, areBytes: areBytes,
            coarseColumns: coarseColumns, wideRange: wideRange, memory: memory)
    }

    /// Features that another process has read.
    init(_ description: Description) {
        guard let memory = description.memory else { preconditionFailure("what is read is in shared memory") }
        (rows, sampleShape) = (description.rows, description.sampleShape)
        (scale, offset) = (description.scale, description.offset)
        (coarseColumns, wideRange) = (description.coarseColumns, description.wideRange)
        let count = rows * sampleShape.reduce(1, *)
        storage =
            description.areBytes
            ? .bytes(AlignedBuffer(count: count, attaching: memory))
            : .floats(FloatBuffer(count: count, attaching: memory))
    }

    /// Reads a dataset [N, d…] of any number type.
    /// - Parameter scale: in place of the dataset's attribute; finite and not 0.
    /// - Throws: `DatasetError` for no rows, no numbers, attributes that cannot be, and by row for missing values, NaN,
    ///   infinity, and numbers that are beyond all floats once they are scaled; `HDF5Error` when reading fails.
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
            // A virtual dataset that grows with its source has none where that is gone.
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
            try attributes.fills.requireNone(in: bytes.view, from: 0, file: file, dataset)
            storage = .bytes(bytes)
            coarseColumns = nil
            wideRange = nil
        } else {
            let (floats, ranges) = try dataset.readFloats(file: file, fills: attributes.fills)
            storage = .floats(floats)
            coarseColumns = ranges?.coarse(of: dataset.path, sampleShape: sampleShape)
            wideRange = ranges?.whole
        }
        try requireFiniteWhenScaled(dataset, file: file)
    }

    /// - Throws: `DatasetError.scaledBeyondFloat` by row.
    private func requireFiniteWhenScaled(_ dataset: Dataset, file: String) throws {
        func isFinite(_ raw: Float) -> Bool { (raw * scale).isFinite && (raw * scale + offset).isFinite }
        // Scaling keeps the order of numbers: where the ends of their type are finite, all are.
        let most = if case .bytes = storage { Float(255) } else { Float.greatestFiniteMagnitude }
        if isFinite(most) && isFinite(-most) { return }
        let found: (index: Int, raw: Float)? =
            switch storage {
            case .bytes(let bytes):
                bytes.view.pointer.firstIndex { !isFinite(Float($0)) }.map { ($0, Float(bytes.view[$0])) }
            case .floats(let floats):
                floats.view.pointer.firstIndex { !isFinite($0) }.map { ($0, floats.view[$0]) }
            }
        guard let (index, raw) = found else { return }
        throw DatasetError.scaledBeyondFloat(
            file: file, dataset: dataset.path, row: index / width, value: describe(raw), scale: describe(scale),
            offset: offset == 0 ? nil : describe(offset))
    }

    /// `destination` [rows.count, width] = the scaled features of the given rows.
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
