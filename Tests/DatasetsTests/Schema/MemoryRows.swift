import TestSupport

@testable import Datasets
@testable import Splits

/// Features in memory, as a table of text has them.
/// - Parameters:
///   - blockRows: the rows of a block.
///   - firstLine: the line of the first row; nil for rows without lines.
func memory(
    _ rows: [[Double]], names: [String]? = nil, categories: [[String]?] = [], isTable: Bool = false,
    blockRows: Int = 3, firstLine: Int? = nil
) -> MemoryFeatures {
    let description = FeatureDescription(
        file: "t.csv", rows: rows.count, width: rows[0].count, names: names, categories: categories,
        isTable: isTable)
    @Sendable func line(_ row: Int) -> Int { row + (firstLine ?? 0) }
    return MemoryFeatures(description, line: firstLine == nil ? nil : line) { body in
        for start in stride(from: 0, to: rows.count, by: blockRows) {
            let block = rows[start..<min(start + blockRows, rows.count)].flatMap(\.self)
            try block.withUnsafeBufferPointer { try body($0, start) }
        }
    }
}

extension MemoryFeatures {
    /// The schema of these features as a training split.
    func schema(_ options: FeatureSchema.Options = .init()) throws -> FeatureSchema {
        try FeatureSchema(of: self, rows: nil, options)
    }

    /// The inputs that a schema makes of these features: [row][input].
    func inputs(by schema: FeatureSchema, notes: (SchemaNote) -> Void = { _ in }) throws -> [[Float]] {
        try RawSplit(features: self, labels: nil, weights: nil).inputs(by: schema, note: notes).inputRows
    }

    /// The inputs of a network that learns from these features.
    func trainingInputs(_ options: FeatureSchema.Options = .init()) throws -> [[Float]] {
        try inputs(by: schema(options))
    }
}

extension FeatureMatrix {
    /// The inputs of each row.
    var inputRows: [[Float]] { (0..<rows).map { values([$0]) } }
}

extension FeatureStatistics {
    /// The statistics of rows of numbers, added in blocks of so many rows.
    init(
        of rows: [[Double]], blockRows: Int = 1000, categories: [Int?]? = nil, scale: Double = 1, offset: Double = 0,
        selection: RowSelection? = nil
    ) {
        self.init(
            categories: categories ?? Array(repeating: nil, count: rows[0].count), scale: scale, offset: offset)
        for start in stride(from: 0, to: rows.count, by: blockRows) {
            let block = rows[start..<min(start + blockRows, rows.count)].flatMap(\.self)
            block.withUnsafeBufferPointer { add($0, firstRow: start, selection: selection) }
        }
        finish()
    }
}

/// Random rows between −`limit` and `limit`, which have all bits of a Double.
func randomRows(_ count: Int, width: Int, limit: Double = 1, seed: UInt64 = 1) -> [[Double]] {
    var random = TestRandom(seed: seed)
    return (0..<count).map { _ in (0..<width).map { _ in Double.random(in: -limit...limit, using: &random) } }
}

/// Σ values / count
func plainMean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// √(Σ (value − mean)² / count)
func plainDeviation(_ values: [Double]) -> Double {
    let mean = plainMean(values)
    return plainMean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
}
