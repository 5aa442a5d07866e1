/// A common kind of file, detected by its first bytes rather than by its name.
package enum FileKind: Sendable, Equatable {
    case empty
    /// Text with a comma, a semicolon or a tab in its first line.
    case table
    /// Text whose first line has the form "key: value", as in YAML.
    case settings
    /// Time series with the header of a .ts file, as the UEA archive has them.
    case timeSeries
    /// Texts with labels in front of them, as fastText has them.
    case labelledTexts
    /// The table of an ARFF file, as Weka writes them.
    case attributeRelation
    /// Text with carriage returns as line ends.
    case carriageReturnLines
    /// Text in UTF-16. The byte order is nil if the file has a byte order mark.
    case utf16(ByteOrder?)
    case gzip, xz, bzip2, zstd
    case zip, excelWorkbook
    case numpyArray, numpyArchive, pickle
    case matlab5, parquet, arrow, netCDFClassic, sqlite
    case json, webPage, image, pdf
    case hdf5, idx

    package enum ByteOrder: Sendable {
        case littleEndian, bigEndian
    }

    /// The number of bytes that are examined.
    package static let byteCount = 1 << 16

    /// Detects the kind of the file at `path`; nil if it is unknown or the file cannot be read.
    package init?(ofFileAt path: String) {
        guard let start = try? readFile(path, first: Self.byteCount) else { return nil }
        self.init(startingWith: start)
    }

    /// Detects the kind of a file that starts with these bytes; nil if it is unknown.
    package init?(startingWith start: [UInt8]) {
        let start = start.prefix(Self.byteCount)
        if start.isEmpty {
            self = .empty
        } else if let (kind, _) = signatures.first(where: { start.starts(with: $1) }) {
            self = kind
        } else if let kind = Self(zipArchive: start) ?? (hasHDF5Signature(start) ? .hdf5 : nil) {
            self = kind
        } else if start.starts(with: Array("PAR1".utf8)), !start.allSatisfy(isText) {
            // A text table may have a column named PAR1.
            self = .parquet
        } else if let kind = Self(utf16: start) ?? Self(markup: start) ?? Self(text: start) {
            self = kind
        } else {
            return nil
        }
    }

    /// Distinguishes zip archives by the names of their first entries.
    private init?(zipArchive start: ArraySlice<UInt8>) {
        let entry: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
        guard start.starts(with: entry) else { return nil }
        self = .zip
        // An entry's header has the length of its name at byte 26 and the name itself at byte 30.
        for index in start.indices.dropLast(30) where start[index] == entry[0] && start[index...].starts(with: entry) {
            let name = start[(index + 30)...].prefix(Int(start[index + 26]) | Int(start[index + 27]) << 8)
            if name.starts(with: Array("xl/".utf8)) { self = .excelWorkbook }
            if name.suffix(4).elementsEqual(".npy".utf8) { self = .numpyArchive }
        }
    }

    private init?(utf16 start: ArraySlice<UInt8>) {
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            self = .utf16(nil)
            return
        }
        // Without a byte order mark, most characters are ASCII, whose other byte is zero.
        let pairs = stride(from: 0, to: min(start.count, 1024) - 1, by: 2).map { (start[$0], start[$0 + 1]) }
        func isMost(_ isASCII: ((UInt8, UInt8)) -> Bool) -> Bool {
            pairs.count > 1 && 10 * pairs.count(where: isASCII) >= 9 * pairs.count
        }
        if isMost({ $1 == 0 && isText($0) }) {
            self = .utf16(.littleEndian)
        } else if isMost({ $0 == 0 && isText($1) }) {
            self = .utf16(.bigEndian)
        } else {
            return nil
        }
    }

    /// Detects JSON and HTML by their first characters.
    private init?(markup start: ArraySlice<UInt8>) {
        let signs = String(decoding: start.lazy.filter { $0 > 0x20 }.prefix(9), as: UTF8.self).lowercased()
        if signs.hasPrefix("<html") || signs.hasPrefix("<!doctype") {
            self = .webPage
        } else if ["{\"", "[{", "[["].contains(String(signs.prefix(2))) {
            self = .json
        } else {
            return nil
        }
    }

    /// Detects a text by what its first line begins with that is neither empty nor a comment.
    private init?(firstOf lines: [ArraySlice<UInt8>]) {
        guard let line = lines.first(where: { line in !"#%".utf8.contains { $0 == line.first } }) else { return nil }
        let word = String(decoding: line.prefix { $0 > 0x20 }, as: UTF8.self).lowercased()
        if word == "@relation" {
            self = .attributeRelation
        } else if word.hasPrefix("@") {
            self = .timeSeries
        } else if word.hasPrefix("__label__") {
            self = .labelledTexts
        } else {
            return nil
        }
    }

    private init?(text start: ArraySlice<UInt8>) {
        guard start.allSatisfy(isText) else { return nil }
        let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        if !start.contains(lineFeed), start.dropLast().contains(carriageReturn) {
            self = .carriageReturnLines
            return
        }
        let lines = start.split { $0 == lineFeed || $0 == carriageReturn }
        if let kind = Self(firstOf: lines) {
            self = kind
            return
        }
        // The first line that is not empty or a comment of YAML.
        guard let line = lines.first(where: { $0.first != UInt8(ascii: "#") }) else { return nil }
        let afterKey = line.drop { Character(UnicodeScalar($0)).isLetter || "-_0123456789".utf8.contains($0) }
        if afterKey.startIndex > line.startIndex, afterKey.first == UInt8(ascii: ":"),
            afterKey.dropFirst().first ?? UInt8(ascii: " ") == UInt8(ascii: " ")
        {
            self = .settings
        } else if line.contains(where: { ",;\t".utf8.contains($0) }) {
            self = .table
        } else {
            return nil
        }
    }
}

/// Whether a file has HDF5's signature: at its start, or after a user block of 512, 1024, … bytes.
package func hasHDF5Signature(_ bytes: ArraySlice<UInt8>) -> Bool {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    let offsets = [0] + sequence(first: 512) { 2 * $0 }.prefix { $0 < bytes.count }
    return offsets.contains { bytes.dropFirst($0).starts(with: signature) }
}

/// The first bytes of each kind of file.
private let signatures: [(FileKind, [UInt8])] =
    [
        (.gzip, [0x1F, 0x8B]),
        (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        (.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
        (.numpyArray, [0x93] + Array("NUMPY".utf8)),
        (.matlab5, Array("MATLAB 5.0 MAT-file".utf8)),
        (.arrow, Array("ARROW1\0\0".utf8)),
        (.sqlite, Array("SQLite format 3\0".utf8)),
        (.pdf, Array("%PDF-".utf8)),
        (.image, [0x89] + Array("PNG\r\n".utf8)),
        (.image, [0xFF, 0xD8, 0xFF]),
        // Excel's files before 2007.
        (.excelWorkbook, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
    ] + (1...9).map { (.bzip2, Array("BZh\($0)1AY&SY".utf8)) } + (2...5).map { (.pickle, [0x80, $0]) }
    + [0x01, 0x02, 0x05].map { (.netCDFClassic, Array("CDF".utf8) + [$0]) }
    + [0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E].map { (.idx, [0x00, 0x00, $0]) }

/// Whether a byte can occur in text of any encoding that extends ASCII.
private func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || (0x09...0x0D).contains(byte)
}
