import Kernels

/// Features whose raw values can be read as Doubles, block by block.
package protocol RawFeatures: FeatureSource {
    /// Reads blocks of whole rows in their order.
    /// - Parameters:
    ///   - allowsMissing: whether a missing value, which is NaN, is not an error.
    ///   - body: receives raw values [rows, features], and the index of the first of the rows.
    /// - Throws: the file's errors, also for infinite values.
    func forEachBlock(
        allowsMissing: Bool, _ body: (UnsafeBufferPointer<Double>, _ firstRow: Int) throws -> Void) throws

    /// The line of a row in a table of text, counted from 1; nil for other files.
    func line(ofRow row: Int) -> Int?

    /// What messages call a row.
    func number(ofRow row: Int) -> RowNumber
}

extension RawFeatures {
    private var width: Int { description.width }

    package func line(ofRow row: Int) -> Int? { nil }

    package func number(ofRow row: Int) -> RowNumber { RowNumber(row) }

    package func statistics(
        of rows: RowSelection?, scale: Double, offset: Double, allowsMissing: Bool
    ) throws -> FeatureStatistics {
        var statistics = FeatureStatistics(
            categories: (0..<width).map { description.categories(of: $0)?.count }, scale: scale, offset: offset)
        try forEachBlock(allowsMissing: allowsMissing) { values, firstRow in
            statistics.add(values, firstRow: firstRow, selection: rows)
        }
        statistics.finish()
        return statistics
    }

    package func medians(of features: [Int], rows: RowSelection?, scale: Double, offset: Double) throws -> [Double] {
        var columns = Array(repeating: [Double](), count: features.count)
        try forEachBlock(allowsMissing: true) { values, firstRow in
            for row in 0..<values.count / width where rows?.contains(firstRow + row) != false {
                for (index, feature) in features.enumerated() {
                    let value = values[row * width + feature]
                    if !value.isNaN { columns[index].append(value * scale + offset) }
                }
            }
        }
        return columns.map(median)
    }

    package func distinctCounts(limit: Int) throws -> [Int?] {
        var values = Array(repeating: Set<Double>(), count: width)
        try forEachBlock(allowsMissing: true) { block, _ in
            for (index, value) in block.enumerated() where !value.isNaN {
                let feature = index % width
                if values[feature].count <= limit { values[feature].insert(value) }
            }
        }
        return values.map { $0.count <= limit ? $0.count : nil }
    }

    /// The inputs of rows that are standardised, have categories, or may be missing: converted in Double, block by block.
    /// - Parameter allocate: allocates the inputs.
    /// - Throws: `DatasetError` for values that cannot be converted.
    package func converted(
        _ transform: FeatureTransform, rows: RowSelection?, allocate: (Int) throws -> FloatBuffer
    ) throws -> FeatureMatrix {
        let inputWidth = transform.inputWidth
        let converter = FeatureConverter(transform, width: width)
        let inputs = try allocate((rows?.count ?? description.rows) * inputWidth)
        var ranges = FeatureRanges(count: description.hasFeatureRanges ? width : 1)
        var replacements = Replacements()
        var done = 0
        // Rows that are not selected may have missing values.
        try forEachBlock(allowsMissing: true) { values, firstRow in
            let blockRows = values.count / width
            let selected = rows.map { rows in (0..<blockRows).filter { rows.contains(firstRow + $0) } }
            let count = selected?.count ?? blockRows
            let target = inputs.view.slice(done * inputWidth, count * inputWidth)
            do throws(ConversionError) {
                try converter.convert(values, rows: selected, into: target, &ranges, &replacements)
            } catch {
                let row = firstRow + error.row
                throw description.error(
                    error, row: number(ofRow: row), line: line(ofRow: row), transform.order)
            }
            if let index = firstNotFinite(in: target) {
                let (row, input) = index.quotientAndRemainder(dividingBy: inputWidth)
                let (feature, fileRow) = (transform.feature(ofInput: input), firstRow + (selected?[row] ?? row))
                throw DatasetError.standardizedBeyondFloat(
                    description.place(of: feature, row: number(ofRow: fileRow), line: line(ofRow: fileRow)))
            }
            done += count
        }
        var matrix = FeatureMatrix(.floats(inputs), sampleShape: transform.inputShape, scale: 1, offset: 0)
        (matrix.ranges, matrix.replacements) = (ranges, replacements)
        if transform.keepsScale {
            matrix.coarseColumns = ranges.coarse(
                of: description, order: transform.order)
        }
        return matrix
    }
}

extension FeatureDescription {
    /// Whether ranges are kept for each feature rather than for all together: for features that may be columns of a table.
    package var hasFeatureRanges: Bool { sampleShape.count == 1 && width <= 1 << 16 }
}

/// Features in this process's memory: a table of text, or arrays.
package struct MemoryFeatures: FeatureSource, RawFeatures {
    package let description: FeatureDescription
    private let blocks: @Sendable (_ body: (UnsafeBufferPointer<Double>, _ firstRow: Int) throws -> Void) throws -> Void
    private let line: (@Sendable (_ row: Int) -> Int)?

    /// - Parameters:
    ///   - blocks: visits blocks of whole rows in their order; a missing value is NaN.
    ///   - line: the line of a row in a table of text.
    package init(
        _ description: FeatureDescription, line: (@Sendable (_ row: Int) -> Int)? = nil,
        blocks:
            @escaping @Sendable (_ body: (UnsafeBufferPointer<Double>, _ firstRow: Int) throws -> Void) throws ->
            Void
    ) {
        (self.description, self.line, self.blocks) = (description, line, blocks)
    }

    package func line(ofRow row: Int) -> Int? { line?(row) }

    package func forEachBlock(
        allowsMissing: Bool, _ body: (UnsafeBufferPointer<Double>, _ firstRow: Int) throws -> Void
    ) throws {
        try blocks { values, firstRow in
            if !allowsMissing, let index = values.firstIndex(where: \.isNaN) {
                let (row, feature) = index.quotientAndRemainder(dividingBy: description.width)
                throw DatasetError.missingCell(
                    Place(
                        file: description.file, object: description.name(of: feature), row: firstRow + row,
                        line: line?(firstRow + row)))
            }
            try body(values, firstRow)
        }
    }

    package func matrix(_ transform: FeatureTransform, rows: RowSelection?) throws -> FeatureMatrix {
        try converted(transform, rows: rows) { FloatBuffer(count: $0) }
    }
}
