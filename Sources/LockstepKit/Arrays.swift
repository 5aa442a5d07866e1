import Datasets
import Messages
import Splits

/// Checks that arrays are a matrix of finite numbers, and puts their rows one after another.
/// - Parameter width: the required number of columns; nil for that of the first row.
/// - Throws: `LockstepError` of kind `badData` if there are no samples, or their lengths differ, or a value is not finite.
func requireMatrix(_ rows: [[Float]], width: Int? = nil) throws(LockstepError) -> (values: [Float], width: Int) {
    guard let width = width ?? rows.first?.count, width > 0, !rows.isEmpty else {
        throw LockstepError(.badData, "there are no samples, or they have no numbers")
    }
    for (index, row) in rows.enumerated() {
        guard row.count == width else {
            throw LockstepError(.badData, "sample \(index) has \(row.count) numbers, not \(width)")
        }
        guard let column = row.firstIndex(where: { !$0.isFinite }) else { continue }
        throw LockstepError(.badData, "sample \(index): number \(column) is \(row[column])")
    }
    return (rows.flatMap { $0 }, width)
}

extension RawSplit {
    /// Samples in arrays [samples][width].
    /// - Throws: `LockstepError`, as `requireMatrix`.
    init(_ features: [[Float]], _ labels: Labels?, width: Int? = nil) throws(LockstepError) {
        let (values, width) = try requireMatrix(features, width: width)
        let numbers = values.map(Double.init)
        let description = FeatureDescription(file: "the samples", rows: features.count, width: width)
        self.init(
            features: MemoryFeatures(description) { body in
                try numbers.withUnsafeBufferPointer { try body($0, 0) }
            }, labels: labels, weights: nil)
    }
}
