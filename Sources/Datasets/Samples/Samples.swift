import Kernels

/// Encoded labels: the targets of a loss.
public enum Targets: Sendable {
    /// One class id for each sample.
    case classes(AlignedBuffer<Int32>)
    /// [rows, width]
    case values(FloatBuffer, width: Int)

    /// Calls `body` with the encoded labels in memory.
    public func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        switch self {
        case .classes(let ids): body(UnsafeRawBufferPointer(ids.view.pointer))
        case .values(let values, _): body(UnsafeRawBufferPointer(values.view.pointer))
        }
    }

    public var rows: Int {
        switch self {
        case .classes(let ids): ids.count
        case .values(let values, let width): values.count / width
        }
    }

    /// A view of the encoded labels of contiguous rows; valid as long as the targets exist.
    public func view(of rows: Range<Int>) -> TargetView {
        switch self {
        case .classes(let ids): .classes(ids.view.slice(rows.lowerBound, rows.count))
        case .values(let values, let width): .values(values.view.slice(rows.lowerBound * width, rows.count * width))
        }
    }

    /// Allocates targets of the same kind.
    func buffer(rows: Int) -> Targets {
        switch self {
        case .classes: .classes(AlignedBuffer(count: rows))
        case .values(_, let width): .values(FloatBuffer(count: rows * width), width: width)
        }
    }

    /// Gathers the encoded labels of the given rows.
    func gather(_ rows: some Collection<Int>, into destination: TargetView) {
        switch (self, destination) {
        case (.classes(let ids), .classes(let view)):
            for (index, row) in rows.enumerated() { view[index] = ids.view[row] }
        case (.values(let values, let width), .values(let view)):
            for (index, row) in rows.enumerated() {
                view.slice(index * width, width).copy(from: values.view.slice(row * width, width))
            }
        default:
            preconditionFailure("a minibatch has the kind of targets of its samples")
        }
    }
}

/// A split for training or evaluation: features and encoded labels.
public struct Samples: Sendable {
    public let features: FeatureMatrix
    public let targets: Targets

    public init(features: FeatureMatrix, targets: Targets) {
        self.features = features
        self.targets = targets
    }

    public var count: Int { features.rows }
}
