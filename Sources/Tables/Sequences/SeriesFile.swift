/// The time series of a file, compressed with gzip or not: of a table of the UCR archive, or of a .ts file, as the UEA archive and sktime
/// have them.
package struct SeriesFile: Sendable {
    /// What the file says of the labels.
    package enum LabelKind: Sendable, Equatable {
        case none
        /// Classes; with their names, if the file lists them.
        case classes([String]?)
        case measurements
    }

    /// The file as errors call it.
    package let path: String
    /// The number of values of a step.
    package let channels: Int
    /// The steps of all series, one after another, [steps, channels]; NaN where a value is missing.
    package let values: [Float]
    /// The number of steps of each series.
    package let lengths: [Int]
    package let kindOfLabels: LabelKind
    /// The label of each series, as it is written; empty if there are none.
    package let labels: TextColumn
    private let lines: LineIndex

    /// The line of the file, counted from 1, on which a series stands.
    package func line(ofSeries series: Int) -> Int { lines[series] }

    /// Reads a file. Its first line that is neither empty nor a comment tells of which kind it is.
    /// - Parameters:
    ///   - allowsMissing: whether a value may be missing; if not, the first such value is an error.
    ///   - advance: called regularly with the share that has been read, nil if that is unknown.
    /// - Throws: `CSVError`, `SequenceFileError`.
    package init(
        contentsOf path: String, allowsMissing: Bool, advance: @escaping (Double?) -> Void = { _ in }
    ) throws {
        var reader = try LineReader(path: path, advance: advance)
        var isContent = false
        while !isContent, try reader.nextLine() { isContent = reader.hasContent }
        guard isContent else { throw CSVError.empty(path: reader.path) }
        var contents = SeriesContents(path: reader.path, allowsMissing: allowsMissing)
        kindOfLabels =
            reader.withLine { $0.trimmed.bytes.first == UInt8(ascii: "@") }
            ? try contents.readDimensions(&reader) : try contents.readRows(&reader)
        guard let channels = contents.channels else { throw CSVError.empty(path: reader.path) }
        guard !contents.values.isEmpty else { throw SequenceFileError.noSteps(path: reader.path) }
        self.path = reader.path
        self.channels = channels
        (values, lengths) = (contents.values, contents.lengths)
        (labels, lines) = (contents.labels, contents.lines)
    }
}

extension LineReader {
    /// Whether the current line is neither empty nor a comment.
    var hasContent: Bool {
        withLine { line in line.trimmed.bytes.first.map { !"#%".utf8.contains($0) } ?? false }
    }
}

/// What is read of a file of time series, series by series.
struct SeriesContents {
    let path: String
    private let allowsMissing: Bool
    /// Nil before the first series, unless a header says it.
    var channels: Int?
    private(set) var values: [Float] = []
    private(set) var lengths: [Int] = []
    var labels = TextColumn(isText: true)
    private(set) var lines = LineIndex()

    init(path: String, allowsMissing: Bool) { (self.path, self.allowsMissing) = (path, allowsMissing) }

    /// The numbers in cells; NaN where one is missing.
    /// - Throws: `SequenceFileError.notANumber`, `.notFinite`.
    func numbers(in cells: some Sequence<Cell>, line: Int) throws(SequenceFileError) -> [Float] {
        var numbers: [Float] = []
        for cell in cells {
            guard !cell.isMissing else {
                numbers.append(.nan)
                continue
            }
            guard let number = Double(decimal: cell.bytes, mark: DecimalMark.point.byte) else {
                throw .notANumber(path: path, row: line, text: cell.text)
            }
            guard Float(number).isFinite else { throw .notFinite(path: path, row: line, text: cell.text) }
            numbers.append(Float(number))
        }
        return numbers
    }

    /// Appends a series.
    /// - Parameter dimensions: the values of each channel.
    /// - Throws: `SequenceFileError.missingValue`, `.unequalDimensions`, `.otherDimensions`.
    mutating func append(_ dimensions: [[Float]], line: Int) throws(SequenceFileError) {
        let expected = channels ?? dimensions.count
        guard dimensions.count == expected else {
            throw .otherDimensions(path: path, row: line, expected: expected, found: dimensions.count)
        }
        channels = expected
        let steps = dimensions[0].count
        guard dimensions.allSatisfy({ $0.count == steps }) else {
            throw .unequalDimensions(path: path, row: line, lengths: dimensions.map(\.count))
        }
        if !allowsMissing, let missing = dimensions.lazy.compactMap({ $0.firstIndex(where: \.isNaN) }).first {
            throw .missingValue(path: path, row: line, value: missing + 1)
        }
        for step in 0..<steps {
            for dimension in dimensions { values.append(dimension[step]) }
        }
        lengths.append(steps)
        lines.append(line: line)
    }
}
