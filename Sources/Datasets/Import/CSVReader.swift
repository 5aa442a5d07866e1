import DurableFiles

/// Splits a CSV file into its rows, one at a time, with no more in memory than a block and the longest row.
///
/// Fields are bytes until somebody asks for a text: most are numbers, which need none. Spaces around a field do not
/// belong to it, nor does the carriage return before a line feed, nor do quotes around all of it. Blank lines hold no
/// row and are passed over.
struct CSVReader: ~Copyable {
    /// The line of the file that the current row begins on, from 1.
    private(set) var row = 0
    /// How many fields the current row has.
    var fieldCount: Int { fields.count }

    let path: String
    private var input: GzipInput<CSVError>
    private var isAtEnd = false
    private var delimiter = UInt8(ascii: ",")

    private var buffer: [UInt8] = []
    private var fields: [Field] = []
    /// Where in the buffer the current row and the next one begin, and on which line the next one does.
    private var rowStart = 0
    private var nextStart = 0
    private var nextLine = 1
    /// Whether rows before the next one stay in the buffer, to be gone back to.
    private var keepsRows = false

    init(path: String) throws(CSVError) {
        self.path = path
        input = try GzipInput(path: path)
    }

    // MARK: Rows

    /// Goes to the first row, choosing the delimiter by it: a comma, or where it has none, a semicolon or tab.
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

    /// - Throws: `CSVError` where the first block shows that the file is no text that can be a table.
    private func requireText() throws(CSVError) {
        switch FileKind(startingWith: buffer) {
        case nil, .empty, .table, .settings: break
        case let kind?: throw .wrongKind(path: path, kind)
        }
        guard let zero = buffer.firstIndex(of: 0) else { return }
        throw .zeroByte(path: path, row: 1 + buffer[..<zero].count { $0 == UInt8(ascii: "\n") })
    }

    /// Goes to the next row; false at the end of the file.
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

    /// Goes through up to `count` rows after the current one, and back to it: the file may be a pipe, which is read once.
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

    /// Appends a block to the buffer and lets go of the rows before the next one.
    private mutating func readBlock() throws(CSVError) {
        if !keepsRows {
            buffer.removeFirst(nextStart)
            nextStart = 0
        }
        // A row longer than a block is scanned anew after each read: doubling keeps that linear.
        let count = max(GzipInput<CSVError>.blockSize, buffer.count)
        isAtEnd = try input.read(upTo: count, appendingTo: &buffer) < count
    }

    // MARK: Fields

    /// The number that a field of the current row spells, or nil.
    func number(at index: Int) -> Float? {
        Float(decimal: buffer, from: fields[index].start, to: fields[index].end)
    }

    /// What a field of the current row holds.
    func kind(at index: Int) -> CSVFieldKind {
        isMissing(at: index) ? .missing : number(at: index) == nil ? .text : .number
    }

    /// Whether a field of the current row holds nothing, or what people write for nothing.
    func isMissing(at index: Int) -> Bool {
        let length = fields[index].end - fields[index].start
        guard length > 0 else { return true }
        guard length <= 4 else { return false }
        return missingMarkers.contains(text(at: index).lowercased())
    }

    /// Whether a field of the current row holds nothing.
    func isEmpty(at index: Int) -> Bool {
        fields[index].start == fields[index].end
    }

    /// A field of the current row as text. Bytes that are not UTF-8 are taken for Latin-1, so that none are lost.
    func text(at index: Int) -> String {
        let bytes = buffer[fields[index].start..<fields[index].end]
        var text = String(validating: bytes, as: UTF8.self) ?? String(decoding: bytes.map(UInt16.init), as: UTF16.self)
        if fields[index].isQuoted { text.replace("\"\"", with: "\"") }
        return text
    }

    /// What stands between two fields, in words.
    var delimiterName: String {
        switch delimiter {
        case UInt8(ascii: ";"): "semicolon"
        case UInt8(ascii: "\t"): "tab"
        default: "comma"
        }
    }

    // MARK: Scanning

    /// Finds the fields of the next row, none at the end of the file; false where the buffer ends before the row does.
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

    /// Moves `index` from a field's first byte to the delimiter, line feed or end of file after it; nil where the
    /// buffer ends before.
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
        // Where something follows the closing quote, the quotes are part of the text.
        guard let closingQuote, closingQuote == field.end - 1 else { return field }
        return Field(trimming: bytes, from: start + 1, to: closingQuote, isQuoted: true)
    }

    /// Moves `index` from an opening quote to behind the closing one; false where the buffer ends before.
    private func skipQuotes(in bytes: [UInt8], at index: inout Int, line: inout Int) throws(CSVError) -> Bool {
        let openingLine = line
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                line += 1
            case UInt8(ascii: "\""):
                // A doubled quote stands for one. (At the end of the buffer, the row is scanned again with more of it.)
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

/// What a field holds: a number, nothing, or anything else.
enum CSVFieldKind {
    case number, missing, text
}

/// What people write for a value that is missing, in lower case.
private let missingMarkers: Set = ["", "?", "na", "n/a", "nan", "null"]

/// A field's bytes in the buffer, without spaces and quotes around them.
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

/// Whether a byte around a field is not part of it: a space, a tab, or the first half of a Windows line end.
private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}
