/// Finds the fields of rows.
///
/// A row ends with a line feed, a carriage return, or both. A field that begins with a quote ends with the next one that is
/// not doubled, and may have delimiters and line ends between them.
struct RowScanner {
    private let path: String
    private let columnLimit: Int
    var delimiter = Delimiter.comma
    /// The fields of the row that was scanned last.
    private(set) var fields: [Field] = []

    /// The bytes of a field, without spaces and quotes around them.
    struct Field {
        var start: Int32
        var end: Int32
        /// Whether quotes inside are doubled.
        var isQuoted = false
    }

    init(path: String, columnLimit: Int) {
        self.path = path
        self.columnLimit = columnLimit
    }

    /// Finds the fields of the row that begins at `start`, on `line`.
    /// - Returns: where the next row begins, and on which line; nil if the bytes end before the row does.
    /// - Throws: `CSVError.unterminatedQuote`, `.tooManyColumns`.
    mutating func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, line: Int, isAtEnd: Bool
    ) throws(CSVError) -> (start: Int, line: Int)? {
        fields.removeAll(keepingCapacity: true)
        let delimiter = delimiter.byte
        var (index, line) = (start, line)
        while true {
            guard fields.count < columnLimit else {
                throw .tooManyColumns(path: path, row: line, limit: columnLimit)
            }
            guard try scanField(of: bytes, delimiter, at: &index, line: &line, isAtEnd: isAtEnd) else { return nil }
            guard index < bytes.count else { return (index, line) }
            guard bytes[index] == delimiter else { break }
            index += 1
        }
        if bytes[index] == carriageReturn {
            guard index + 1 < bytes.count || isAtEnd else { return nil }
            if index + 1 < bytes.count, bytes[index + 1] == lineFeed { index += 1 }
        }
        return (index + 1, line + 1)
    }

    /// Appends the field that begins at `index`, and moves `index` to the delimiter or line end after it.
    /// - Returns: false if the bytes end before the field does.
    private mutating func scanField(
        of bytes: UnsafeBufferPointer<UInt8>, _ delimiter: UInt8, at index: inout Int, line: inout Int, isAtEnd: Bool
    ) throws(CSVError) -> Bool {
        while index < bytes.count, isBlank(bytes[index]), bytes[index] != delimiter { index += 1 }
        let start = index
        var closingQuote: Int?
        if index < bytes.count, bytes[index] == quote {
            guard try skipQuotes(in: bytes, at: &index, line: &line, isAtEnd: isAtEnd) else { return false }
            closingQuote = index - 1
        }
        index = endOfField(bytes, from: index, delimiter)
        guard index < bytes.count || isAtEnd else { return false }

        var field = trimmed(bytes, from: start, to: index)
        // If text follows the closing quote, the quotes are part of the text.
        if let closingQuote, closingQuote == Int(field.end) - 1 {
            field = trimmed(bytes, from: start + 1, to: closingQuote)
            field.isQuoted = true
        }
        fields.append(field)
        return true
    }

    /// Moves `index` from an opening quote past the closing one.
    /// - Returns: false if the bytes end before that.
    private func skipQuotes(
        in bytes: UnsafeBufferPointer<UInt8>, at index: inout Int, line: inout Int, isAtEnd: Bool
    ) throws(CSVError) -> Bool {
        let openingLine = line
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case lineFeed:
                // The carriage return before a line feed has been counted.
                if bytes[index - 1] != carriageReturn { line += 1 }
            case carriageReturn:
                line += 1
            case quote:
                // A doubled quote is an escaped one. At the end of the bytes, the row is scanned again after a read.
                guard index + 1 < bytes.count, bytes[index + 1] == quote else {
                    index += 1
                    return true
                }
                index += 1
            default:
                break
            }
            index += 1
        }
        if isAtEnd { throw .unterminatedQuote(path: path, row: openingLine) }
        return false
    }

    private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Field {
        var (start, end) = (start, end)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return Field(start: Int32(start), end: Int32(end))
    }
}

private let quote = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

/// The place of the first delimiter or line end from `start` on, or the end of the bytes.
@inline(__always)
func endOfField(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ delimiter: UInt8) -> Int {
    var index = start
    // Eight bytes at a time: with the highest bit of each byte that is found, and perhaps of others after the first.
    let (first, second, third) = (eightTimes(delimiter), eightTimes(lineFeed), eightTimes(carriageReturn))
    while index + 8 <= bytes.count {
        let word = word(of: bytes, at: index)
        let found = zeroBytes(of: word ^ first) | zeroBytes(of: word ^ second) | zeroBytes(of: word ^ third)
        if found != 0 { return index + found.trailingZeroBitCount / 8 }
        index += 8
    }
    while index < bytes.count, bytes[index] != delimiter, bytes[index] != lineFeed, bytes[index] != carriageReturn {
        index += 1
    }
    return index
}

func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
