import Glibc

/// Reads a table row by row. Memory holds one block and the longest row.
///
/// Spaces around a field and quotes around a field are removed. Blank lines are skipped.
struct RowReader: ~Copyable {
    /// How many rows, and bytes of them, are looked at to find out how the table is written. Of rows as they come it is the first
    /// alone: whoever sends it waits for an answer.
    private let lookAheadRows: Int
    private static let lookAheadBytes = 1 << 24

    /// The file as errors call it.
    let path: String
    /// The line of the file on which the current row begins, counted from 1.
    private(set) var row = 0
    var delimiter: Delimiter {
        get { scanner.delimiter }
        set { scanner.delimiter = newValue }
    }
    var encoding: TextEncoding { input.encoding }
    var fieldCount: Int { scanner.fields.count }
    /// The share of the file that has been read; nil if it is no file.
    var share: Double? { input.share }

    private let rowLimit: Int
    private var input: TextInput
    private var isAtEnd = false
    private var scanner: RowScanner
    private var buffer: [UInt8] = []
    /// The position of the next row in the buffer, and its line.
    private var nextStart = 0
    private var nextLine = 1
    /// The position of the first zero byte in the buffer.
    private var zero: Int?
    /// While looking ahead, the buffer keeps all rows, and grows no further than this.
    private var lookAheadLimit: Int?

    /// - Parameters:
    ///   - path: a file, or "-" for the standard input.
    ///   - rowLimit: a row of more bytes is garbage: a quote that is never closed, or no table at all.
    ///   - columnLimit: so is a row of more fields.
    ///   - asItComes: whether to read no more of the standard input than has arrived, and look at the first row alone.
    /// - Throws: `CSVError`.
    init(
        path: String, rowLimit: Int = 1 << 28, columnLimit: Int = 1_000_000, asItComes: Bool = false
    ) throws(CSVError) {
        (self.rowLimit, lookAheadRows) = (rowLimit, asItComes ? 1 : 1000)
        self.path = path == "-" ? "standard input" : path
        input = try TextInput(path: path, name: self.path, asItComes: asItComes)
        scanner = RowScanner(path: self.path, columnLimit: columnLimit)
    }

    /// Skips a first line such as `sep=;`, by which Excel is told the delimiter. To be called before the first row is read.
    /// - Returns: the delimiter; nil if there is no such line.
    mutating func skipStatedDelimiter() throws(CSVError) -> Delimiter? {
        try readBlock()
        let line = buffer.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard line.count == 5, line.starts(with: "sep=".utf8),
            let delimiter = Delimiter.allCases.first(where: { $0.byte == line.last })
        else { return nil }
        let isCRLF = buffer.dropFirst(5).starts(with: "\r\n".utf8)
        (nextStart, nextLine) = (min(buffer.count, line.count + (isCRLF ? 2 : 1)), 2)
        return delimiter
    }

    /// Makes the next row the current one.
    /// - Parameter waits: whether to read on if the next row is not in memory.
    /// - Returns: false at the end of the file, or of what is in memory.
    /// - Throws: `CSVError`.
    mutating func nextRow(waits: Bool = true) throws(CSVError) -> Bool {
        while true {
            if let next = try scanRow() {
                if let zero, zero < next.start { throw .zeroByte(path: path, row: nextLine) }
                row = nextLine
                (nextStart, nextLine) = next
                if try withCells({ $0.count > 1 || !$0[0].isEmpty }) { return true }
            } else if isAtEnd || !waits {
                return false
            } else if let lookAheadLimit, buffer.count >= lookAheadLimit {
                return false
            } else {
                try readBlock()
            }
        }
    }

    /// Visits the rows that follow, as many as tell how the table is written, and returns before them. The file is not read
    /// twice: it may be a pipe. An error ends the visit; it arises again when the rows are read.
    mutating func lookAhead(_ body: (_ cells: RowCells, _ row: Int) -> Void) {
        let (start, line) = (nextStart, nextLine)
        for index in 0..<lookAheadRows {
            // Two rows are needed, however long, to tell a header.
            lookAheadLimit = index < 2 ? .max : start + Self.lookAheadBytes
            guard (try? nextRow()) == true else { break }
            try? withCells { body($0, row) }
        }
        lookAheadLimit = nil
        (nextStart, nextLine) = (start, line)
    }

    /// Calls `body` with the cells of the current row.
    func withCells<Result>(_ body: (RowCells) throws(CSVError) -> Result) throws(CSVError) -> Result {
        try buffer.withUnsafeBufferPointer { (bytes) throws(CSVError) in
            try scanner.fields.withUnsafeBufferPointer { (fields) throws(CSVError) in
                try body(RowCells(bytes: bytes, fields: fields))
            }
        }
    }

    /// Finds the fields of the next row.
    /// - Returns: where the row after it begins, and on which line; nil if the buffer ends before the row does.
    private mutating func scanRow() throws(CSVError) -> (start: Int, line: Int)? {
        guard nextStart < buffer.count else { return nil }
        let (start, line, isAtEnd, bytes) = (nextStart, nextLine, isAtEnd, buffer)
        return try bytes.withUnsafeBufferPointer { (bytes) throws(CSVError) in
            try scanner.scan(bytes, from: start, line: line, isAtEnd: isAtEnd)
        }
    }

    /// Appends a block to the buffer and discards the rows before the next one.
    private mutating func readBlock() throws(CSVError) {
        guard buffer.count - nextStart < rowLimit else {
            throw .rowTooLong(path: path, row: nextLine, limit: rowLimit)
        }
        if lookAheadLimit == nil {
            buffer.removeFirst(nextStart)
            zero = zero.map { $0 - nextStart }
            nextStart = 0
        }
        // A row longer than a block is scanned again after each read; doubling the block keeps that linear.
        let (start, count) = (buffer.count, max(GzipInput<CSVError>.blockSize, buffer.count - nextStart))
        isAtEnd = try !input.read(count, appendingTo: &buffer)
        zero =
            zero
            ?? buffer.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress, let found = memchr(base + start, 0, bytes.count - start) else {
                    return nil
                }
                return base.distance(to: UnsafeRawPointer(found))
            }
    }
}

/// The cells of a row. They borrow the reader's buffer.
struct RowCells {
    let bytes: UnsafeBufferPointer<UInt8>
    let fields: UnsafeBufferPointer<RowScanner.Field>

    var count: Int { fields.count }

    subscript(index: Int) -> Cell {
        let field = fields[index]
        return Cell(
            bytes: UnsafeBufferPointer(rebasing: bytes[Int(field.start)..<Int(field.end)]), isQuoted: field.isQuoted)
    }
}
