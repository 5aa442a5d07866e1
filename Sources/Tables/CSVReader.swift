import DurableFiles

/// Reads a CSV file row by row. Memory holds one block and the longest row.
///
/// Fields stay bytes until `text(at:)`, because numbers are parsed without a String. Spaces around a field, a carriage
/// return before a line feed, and quotes around a field are removed. Blank lines are skipped.
struct CSVReader: ~Copyable {
    /// The line of the file on which the current row begins, counted from 1.
    private(set) var row = 0
    /// The number of fields in the current row.
    var fieldCount: Int { fields.count }

    package let path: String
    private var input: GzipInput<CSVError>
    private var isAtEnd = false
    private var delimiter = UInt8(ascii: ",")

    private var buffer: [UInt8] = []
    private var fields: [Field] = []
    /// The positions of the current row and of the next one in the buffer, and the line of the next one.
    private var rowStart = 0
    private var nextStart = 0
    private var nextLine = 1
    /// Whether the buffer keeps rows before the next one, for `lookAhead`.
    private var keepsRows = false

    init(path: String) throws(CSVError) {
        self.path = path
        input = try GzipInput(path: path)
    }

    // MARK: Rows

    /// Reads the first row and chooses the delimiter by it: a comma, or else a semicolon, or else a tab.
    /// - Returns: false if the file is empty.
    /// - Throws: `CSVError`.
    mutating func firstRow() throws(CSVError) -> Bool {
        try readBlock()
        try requireText()
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if buffer.starts(with: byteOrderMark) { nextStart = byteOrderMark.count }
        for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
            delimiter = candidate
            guard try nextRow() else { return false }
            if fieldCount > 1 { return true }
            nextStart = rowStart
            nextLine = row
        }
        return try nextRow()
    }

    /// Checks that the first block is text.
    /// - Throws: `CSVError.wrongKind`, `.zeroByte`.
    private func requireText() throws(CSVError) {
        switch FileKind(startingWith: buffer) {
        case nil, .empty, .table, .settings: break
        case let kind?: throw .wrongKind(path: path, kind)
        }
        guard let zero = buffer.firstIndex(of: 0) else { return }
        throw .zeroByte(path: path, row: 1 + buffer[..<zero].count { $0 == UInt8(ascii: "\n") })
    }

    /// Reads the next row.
    /// - Returns: false at the end of the file.
    /// - Throws: `CSVError`.
    mutating func nextRow() throws(CSVError) -> Bool {
        while true {
            if try !scanRow() {
                try readBlock()
            } else if fields.isEmpty {
                return false
            } else if fieldCount > 1 || !isEmpty(at: 0) {
                return true
            }
        }
    }

    /// Visits up to `count` rows after the current one and returns to it, without reading the file twice: it may be a pipe.
    /// - Throws: `CSVError`.
    mutating func lookAhead(rows count: Int, _ body: (borrowing CSVReader) -> Void) throws(CSVError) {
        let (start, line) = (rowStart, row)
        keepsRows = true
        for _ in 0..<count {
            guard try nextRow() else { break }
            body(self)
        }
        keepsRows = false
        nextStart = start
        nextLine = line
        _ = try nextRow()
    }

    /// Appends a block to the buffer and discards the rows before the next one.
    private mutating func readBlock() throws(CSVError) {
        if !keepsRows {
            buffer.removeFirst(nextStart)
            nextStart = 0
        }
        // A row longer than a block is scanned again after each read; doubling the block keeps that linear.
        let count = max(GzipInput<CSVError>.blockSize, buffer.count)
        isAtEnd = try input.read(upTo: count, appendingTo: &buffer) < count
    }

    // MARK: Fields

    /// The number in a field of the current row; nil if it is not a number.
    func number(at index: Int) -> Float? {
        Float(decimal: buffer, from: fields[index].start, to: fields[index].end)
    }

    /// The kind of a field of the current row.
    func kind(at index: Int) -> CSVFieldKind {
        isMissing(at: index) ? .missing : number(at: index) == nil ? .text : .number
    }

    /// Whether a field of the current row is empty or a marker of a missing value.
    func isMissing(at index: Int) -> Bool {
        let length = fields[index].end - fields[index].start
        guard length > 0 else { return true }
        guard length <= 4 else { return false }
        return missingMarkers.contains(text(at: index).lowercased())
    }

    /// Whether a field of the current row is empty.
    func isEmpty(at index: Int) -> Bool {
        fields[index].start == fields[index].end
    }

    /// A field of the current row as text. Bytes that are not valid UTF-8 are read as Latin-1.
    func text(at index: Int) -> String {
        let bytes = buffer[fields[index].start..<fields[index].end]
        var text = String(validating: bytes, as: UTF8.self) ?? String(decoding: bytes.map(UInt16.init), as: UTF16.self)
        if fields[index].isQuoted { text.replace("\"\"", with: "\"") }
        return text
    }

    /// The name of the delimiter, for error messages.
    var delimiterName: String {
        switch delimiter {
        case UInt8(ascii: ";"): "semicolon"
        case UInt8(ascii: "\t"): "tab"
        default: "comma"
        }
    }

    // MARK: Scanning

    /// Finds the fields of the next row, or none at the end of the file.
    /// - Returns: false if the buffer ends before the row does.
    private mutating func scanRow() throws(CSVError) -> Bool {
        let bytes = buffer
        fields.removeAll(keepingCapacity: true)
        guard nextStart < bytes.count else { return isAtEnd }

        var index = nextStart
        var line = nextLine
        while true {
            guard let field = try scanField(of: bytes, at: &index, line: &line) else { return false }
            fields.append(field)
            guard index < bytes.count, bytes[index] == delimiter else { break }
            index += 1
        }
        rowStart = nextStart
        row = nextLine
        nextStart = min(index + 1, bytes.count)
        nextLine = line + 1
        return true
    }

    /// Moves `index` from a field's first byte to the delimiter, line feed or end of file after it.
    /// - Returns: nil if the buffer ends before that.
    private func scanField(of bytes: [UInt8], at index: inout Int, line: inout Int) throws(CSVError) -> Field? {
        while index < bytes.count, isBlank(bytes[index]), bytes[index] != delimiter { index += 1 }
        let start = index
        var closingQuote: Int?
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            guard try skipQuotes(in: bytes, at: &index, line: &line) else { return nil }
            closingQuote = index - 1
        }
        while index < bytes.count, bytes[index] != delimiter, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        guard index < bytes.count || isAtEnd else { return nil }

        let field = Field(trimming: bytes, from: start, to: index, isQuoted: false)
        // If text follows the closing quote, the quotes are part of the text.
        guard let closingQuote, closingQuote == field.end - 1 else { return field }
        return Field(trimming: bytes, from: start + 1, to: closingQuote, isQuoted: true)
    }

    /// Moves `index` from an opening quote past the closing one.
    /// - Returns: false if the buffer ends before that.
    private func skipQuotes(in bytes: [UInt8], at index: inout Int, line: inout Int) throws(CSVError) -> Bool {
        let openingLine = line
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                line += 1
            case UInt8(ascii: "\""):
                // A doubled quote is an escaped one. At the end of the buffer, the row is scanned again after a read.
                guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") else {
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
}

/// The kind of a field: a number, a missing value, or any other text.
enum CSVFieldKind {
    case number, missing, text
}

/// Markers of a missing value, in lower case.
private let missingMarkers: Set = ["", "?", "na", "n/a", "nan", "null"]

/// The range of a field's bytes in the buffer, without surrounding spaces and quotes.
private struct Field {
    var start: Int
    var end: Int
    var isQuoted: Bool

    init(trimming bytes: [UInt8], from start: Int, to end: Int, isQuoted: Bool) {
        self.start = start
        self.end = end
        self.isQuoted = isQuoted
        while self.start < self.end, isBlank(bytes[self.start]) { self.start += 1 }
        while self.end > self.start, isBlank(bytes[self.end - 1]) { self.end -= 1 }
    }
}

/// Whether a byte is a space, a tab, or the carriage return of a Windows line end.
private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}
