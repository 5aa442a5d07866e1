import Glibc

/// Reads a text line by line, with the line ends of all systems. Memory holds one block and the longest line.
struct LineReader: ~Copyable {
    /// The file as errors call it.
    let path: String
    /// The number of the current line, counted from 1.
    private(set) var line = 0

    private let limit: Int
    private let advance: (Double?) -> Void
    private var input: TextInput
    private var isAtEnd = false
    private var buffer: [UInt8] = []
    /// The place of the current line in the buffer, without its end, and where the next one begins.
    private var current = 0..<0
    private var nextStart = 0

    /// - Parameters:
    ///   - path: a file, or "-" for the standard input.
    ///   - limit: a line of more bytes is garbage.
    ///   - advance: called regularly with the share that has been read, nil if that is unknown.
    /// - Throws: `CSVError`.
    init(
        path: String, limit: Int = 1 << 28, advance: @escaping (Double?) -> Void = { _ in }
    ) throws(CSVError) {
        (self.limit, self.advance) = (limit, advance)
        self.path = path == "-" ? "standard input" : path
        input = try TextInput(path: path, name: self.path, lines: [.timeSeries, .labelledTexts])
    }

    /// Makes the next line the current one.
    /// - Returns: false at the end of the file.
    /// - Throws: `CSVError`.
    mutating func nextLine() throws(CSVError) -> Bool {
        var length = 0
        while true {
            let end = buffer.withUnsafeBufferPointer { endOfField($0, from: nextStart + length, lineFeed) }
            length = end - nextStart
            // After a carriage return at the end of a block may stand its line feed.
            let isWhole = end < buffer.count && (buffer[end] == lineFeed || end + 1 < buffer.count)
            if isWhole || isAtEnd { break }
            try readBlock()
        }
        guard nextStart < buffer.count else { return false }
        line += 1
        current = nextStart..<nextStart + length
        guard !hasZero else { throw .zeroByte(path: path, row: line) }
        let end = current.upperBound
        let isPair = end + 1 < buffer.count && buffer[end] != lineFeed && buffer[end + 1] == lineFeed
        nextStart = min(buffer.count, end + (isPair ? 2 : 1))
        return true
    }

    /// Calls `body` with the current line.
    func withLine<Result, Failure: Error>(_ body: (Cell) throws(Failure) -> Result) throws(Failure) -> Result {
        try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(Cell(bytes: UnsafeBufferPointer(rebasing: bytes[current])))
        }
    }

    private var hasZero: Bool {
        buffer.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0 + current.lowerBound, 0, current.count) != nil } ?? false
        }
    }

    /// Appends a block to the buffer and discards the lines before the next one.
    private mutating func readBlock() throws(CSVError) {
        guard buffer.count - nextStart < limit else { throw .rowTooLong(path: path, row: line + 1, limit: limit) }
        buffer.removeFirst(nextStart)
        nextStart = 0
        // Blocks that double keep the reading of a long line linear.
        isAtEnd = try !input.read(max(GzipInput<CSVError>.blockSize, buffer.count), appendingTo: &buffer)
        advance(input.share)
    }
}

extension Cell {
    /// Without spaces and tabs around it.
    var trimmed: Cell {
        var bytes = bytes[...]
        while let first = bytes.first, isBlank(first) { bytes = bytes.dropFirst() }
        while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
        return Cell(bytes: UnsafeBufferPointer(rebasing: bytes))
    }

    /// The parts between a character, without spaces around them; one for a text without it.
    func parts(between mark: Character) -> [Cell] {
        bytes.split(separator: mark.asciiValue ?? 0, omittingEmptySubsequences: false)
            .map { Cell(bytes: UnsafeBufferPointer(rebasing: $0)).trimmed }
    }
}
