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

    /// The smallest and the largest value, scaled.
    public var valueRange: ClosedRange<Float> {
        let (smallest, largest) =
            switch storage {
            case .bytes(let bytes): (Float(bytes.view.pointer.min() ?? 0), Float(bytes.view.pointer.max() ?? 0))
            case .floats(let floats): (floats.view.pointer.min() ?? 0, floats.view.pointer.max() ?? 0)
            }
        let ends = [smallest * scale + offset, largest * scale + offset].sorted()
        return ends[0]...ends[1]
    }

    /// Bytes that are in memory already, [rows, sampleShape…].
    public init(bytes: AlignedBuffer<UInt8>, sampleShape: [Int], scale: Float) {
        self.sampleShape = sampleShape
        rows = bytes.count / sampleShape.reduce(1, *)
        self.scale = scale
        offset = 0
        storage = .bytes(bytes)
        precondition(rows * width == bytes.count)
    }

    /// Reads a dataset [N, d…] of any number type.
    /// - Parameter scale: in place of the dataset's attribute `scale`.
    /// - Throws: `DatasetError` for no rows, no numbers, or NaN and infinity by row; `HDF5Error` when reading fails.
    init(reading dataset: Dataset, file: String, scale: Float?, bulk: BulkReading, pause: () throws -> Void) throws {
        let shape = dataset.shape
        guard dataset.elementType.isNumber else {
            throw DatasetError.notNumbers(
                file: file, dataset: dataset.path, type: dataset.elementType.description)
        }
        guard let rows = shape.first, shape.allSatisfy({ $0 >= 0 }) else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        guard rows > 0 else { throw DatasetError.noRows(file: file, dataset: dataset.path) }
        guard shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError.unusableShape(file: file, dataset: dataset.path, shape: shape)
        }
        self.rows = rows
        sampleShape = shape.count > 1 ? Array(shape.dropFirst()) : [1]
        self.scale = try scale ?? dataset.optionalScalar("scale") ?? 1
        offset = try dataset.optionalScalar("offset") ?? 0

        guard self.scale.isFinite, offset.isFinite else {
            throw DatasetError.scaleNotFinite(file: file, dataset: dataset.path)
        }

        let areBytes = dataset.elementType == .integer(bits: 8, signed: false)
        guard let count = dataset.count(elementSize: areBytes ? 1 : 4) else {
            throw DatasetError.tooLarge(file: file, dataset: dataset.path, shape: shape)
        }
        if areBytes {
            let bytes = try dataset.readBulk(as: UInt8.self, file: file, bulk, pause: pause)
            storage = .bytes(bytes)
        } else {
            let floats = try dataset.readBulk(as: Float.self, file: file, bulk, pause: pause)
            if let index = firstNotFinite(in: floats.view) {
                throw DatasetError.notFinite(
                    file: file, dataset: dataset.path, row: index / (count / rows), value: "\(floats.view[index])")
            }
            storage = .floats(floats)
        }
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

extension Dataset {
    fileprivate func optionalScalar(_ name: String) throws -> Float? {
        try hasAttribute(name) ? readScalar(name, as: Float.self) : nil
    }
}
