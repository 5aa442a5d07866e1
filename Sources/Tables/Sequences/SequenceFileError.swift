/// Why a file of time series or of labelled texts could not be read, beside what a `CSVError` says.
///
/// A `row` is a line of the file, counted from 1 as in an editor.
package enum SequenceFileError: Error, Sendable, Equatable {
    // MARK: Headers of .ts files

    /// The values have time stamps.
    case hasTimeStamps(path: String, row: Int)
    /// A line before @data is no header, or one without a value that it may have.
    case badHeader(path: String, row: Int, text: String)
    /// The header promises series of that many steps, or of as many as the first has, and a series has others.
    case unequalLength(path: String, row: Int, expected: Int, found: Int)
    /// The file ends before a line @data.
    case noData(path: String)

    // MARK: Values

    /// The line has a label and nothing else.
    case noValues(path: String, row: Int)
    case notANumber(path: String, row: Int, text: String)
    /// The number is infinite, or too large for a 32-bit float.
    case notFinite(path: String, row: Int, text: String)
    /// A value is missing within a series; `value` counts from 1 in its dimension.
    case missingValue(path: String, row: Int, value: Int)
    /// The dimensions of a series have different lengths.
    case unequalDimensions(path: String, row: Int, lengths: [Int])
    /// The series has another number of dimensions than the header says, or than the first series has.
    case otherDimensions(path: String, row: Int, expected: Int, found: Int)
    /// All sequences of the file are empty.
    case noSteps(path: String)

    // MARK: Labels

    /// The line has no label, and others have.
    case noLabel(path: String, row: Int)
    /// The label is none of the classes that the header lists.
    case notAClass(path: String, row: Int, text: String, classes: [String])
    /// The line has several labels.
    case severalLabels(path: String, row: Int, labels: [String])
}
