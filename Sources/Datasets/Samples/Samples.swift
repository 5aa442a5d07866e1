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
    package func buffer(rows: Int) -> Targets {
        switch self {
        case .classes: .classes(AlignedBuffer(count: rows))
        case .values(_, let width): .values(FloatBuffer(count: rows * width), width: width)
        }
    }

    /// Gathers the encoded labels of the given rows.
    package func gather(_ rows: ArraySlice<Int>, into destination: TargetView) {
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

/// A split for training or evaluation: features, encoded labels, and sample weights if there are any.
public struct Samples: Sendable {
    public let features: FeatureMatrix
    public let targets: Targets
    /// The factor of each sample's loss, [rows]; nil: all 1.
    public let weights: FloatBuffer?
    /// The sum of the weights in the order of the rows, by which a summed loss is divided; without weights, the number of
    /// samples.
    public let totalWeight: Double

    /// - Parameter weights: finite, at least 0, and not all 0, which is for the caller to check.
    public init(features: FeatureMatrix, targets: Targets, weights: FloatBuffer? = nil) {
        self.features = features
        self.targets = targets
        self.weights = weights
        totalWeight = weights?.sum(0..<features.rows) ?? Double(features.rows)
        precondition(weights.map { $0.count == features.rows } ?? true && totalWeight > 0 && totalWeight.isFinite)
    }

    public var count: Int { features.rows }

    /// The sum of the weights of the given rows in their order; without weights, their number.
    package func totalWeight(of rows: ArraySlice<Int>) -> Double { weights?.sum(rows) ?? Double(rows.count) }
}

extension FloatBuffer {
    /// The sum of the given elements, in their order.
    fileprivate func sum(_ indices: some Collection<Int>) -> Double { indices.reduce(0) { $0 + Double(view[$1]) } }
}
