import DurableFiles

/// Reads the text of a file, compressed with gzip or not, block by block, as bytes whose ASCII characters are bytes of
/// their own: UTF-16 is converted to UTF-8; UTF-8 and Latin-1 stay as they are.
struct TextInput: ~Copyable {
    /// The encoding by the first bytes. Latin-1 shows only in a cell that is not valid UTF-8.
    let encoding: TextEncoding

    private let path: String
    private var input: GzipInput<CSVError>
    /// Bytes that were read, but not handed out: the first block, or the beginning of a character of UTF-16.
    private var pending: [UInt8]

    /// - Parameters:
    ///   - path: a file, or "-" for the standard input.
    ///   - lines: kinds of texts that are read, and are no tables.
    ///   - asItComes: whether to wait for no more of the standard input than its next line.
    /// - Throws: `CSVError`.
    init(path: String, name: String, lines: [FileKind] = [], asItComes: Bool = false) throws(CSVError) {
        let count = GzipInput<CSVError>.blockSize
        var input =
            try path == "-"
            ? GzipInput<CSVError>(standardInputNamed: name, asItComes: asItComes) : GzipInput(path: path)
        var start: [UInt8] = []
        repeat {
            try input.read(upTo: count, appendingTo: &start)
        } while !input.isAtEnd && !start.contains(lineFeed) && start.count < count
        encoding = try Self.encoding(ofTextStartingWith: &start, lines: lines, path: name)
        self.path = name
        self.input = input
        pending = start
    }

    /// Detects the encoding, and takes a byte order mark away.
    /// - Throws: `CSVError.wrongKind`.
    private static func encoding(
        ofTextStartingWith start: inout [UInt8], lines: [FileKind], path: String
    ) throws(CSVError) -> TextEncoding {
        switch FileKind(startingWith: start) {
        case .utf16(let order):
            let isLittle = order.map { $0 == .littleEndian } ?? (start.first == 0xFF)
            if order == nil { start.removeFirst(2) }
            return isLittle ? .utf16LittleEndian : .utf16BigEndian
        case nil, .empty, .table, .settings, .carriageReturnLines:
            let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
            guard start.starts(with: mark) else { return .utf8 }
            start.removeFirst(mark.count)
            return .utf8WithMark
        case let kind? where lines.contains(kind): return .utf8
        case let kind?: throw .wrongKind(path: path, kind)
        }
    }

    /// The share of the file that has been read; nil if it is no file.
    var share: Double? { input.share }

    /// Appends about `count` bytes to `bytes`, or what is left; of the standard input as it comes, what has arrived.
    /// - Returns: false at the end of the file.
    /// - Throws: `CSVError.cannotRead`.
    mutating func read(_ count: Int, appendingTo bytes: inout [UInt8]) throws(CSVError) -> Bool {
        guard encoding == .utf16LittleEndian || encoding == .utf16BigEndian else {
            if pending.isEmpty {
                try input.read(upTo: count, appendingTo: &bytes)
            } else {
                bytes += pending
                pending = []
            }
            return !input.isAtEnd
        }
        if !input.isAtEnd { try input.read(upTo: count, appendingTo: &pending) }
        try convert(appendingTo: &bytes)
        return !input.isAtEnd
    }

    /// Converts the pending bytes from UTF-16 to UTF-8, all but the beginning of a character.
    private mutating func convert(appendingTo bytes: inout [UInt8]) throws(CSVError) {
        let low = encoding == .utf16LittleEndian ? 0 : 1
        var units = stride(from: 0, to: pending.count - 1, by: 2).map { index in
            UInt16(pending[index + low]) | UInt16(pending[index + 1 - low]) << 8
        }
        if input.isAtEnd {
            guard pending.count.isMultiple(of: 2) else {
                throw .cannotRead(path: path, reason: "its last character is cut off")
            }
        } else if let last = units.last, UTF16.isLeadSurrogate(last) {
            units.removeLast()
        }
        pending.removeFirst(2 * units.count)
        bytes += String(decoding: units, as: UTF16.self).utf8
    }
}
