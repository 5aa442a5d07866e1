import Kernels

/// Encoded labels: the targets of a loss. A row is of a sample, or of a step of a sequence.
public enum Targets: Sendable {
    /// One class id for each row.
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
    fileprivate func gather(_ rows: some Sequence<Int>, into destination: TargetView) {
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
    /// Where the targets of each sample begin, if they are one a step; nil: one a sample.
    package let targetSteps: SequenceOffsets?
    /// The factor of each sample's loss, [rows]; nil: all 1.
    public let weights: FloatBuffer?
    /// The sum of the weights of all targets in the order of the rows, by which a summed loss is divided; without weights, the number
    /// of targets.
    public let totalWeight: Double

    /// - Parameters:
    ///   - areTargetsOfSteps: whether targets are one for each valid step of the samples, one sample after another.
    ///   - weights: finite, at least 0, and not all 0, which is for the caller to check.
    public init(
        features: FeatureMatrix, targets: Targets, areTargetsOfSteps: Bool = false, weights: FloatBuffer? = nil
    ) {
        self.features = features
        self.targets = targets
        self.weights = weights
        targetSteps = areTargetsOfSteps ? features.steps : nil
        totalWeight = Self.totalWeight(of: 0..<features.rows, weights, targetSteps)
        precondition(targets.rows == targetSteps?.steps ?? features.rows, "a target for each sample, or each step")
        precondition(weights.map { $0.count == features.rows } ?? true && totalWeight > 0 && totalWeight.isFinite)
    }

    public var count: Int { features.rows }

    /// The sum of the weights of the given rows' targets in their order; without weights, their number.
    package func totalWeight(of rows: ArraySlice<Int>) -> Double { Self.totalWeight(of: rows, weights, targetSteps) }

    private static func totalWeight(
        of rows: some Collection<Int>, _ weights: FloatBuffer?, _ targetSteps: SequenceOffsets?
    ) -> Double {
        guard weights != nil || targetSteps != nil else { return Double(rows.count) }
        return rows.reduce(0) { sum, row in
            sum + (weights.map { Double($0.view[row]) } ?? 1) * Double(targetSteps?.length(of: row) ?? 1)
        }
    }

    /// Gathers the targets of the given samples, one sample after another.
    package func gatherTargets(of rows: ArraySlice<Int>, into destination: TargetView) {
        guard let targetSteps else { return targets.gather(rows, into: destination) }
        targets.gather(rows.lazy.flatMap { targetSteps.steps(of: $0) }, into: destination)
    }
}
