/// How the text of a table is written. In a request, nil means: find it out.
package struct TableFormat: Sendable, Equatable, Codable {
    /// Whether the first row has the names of the columns.
    package var hasHeader: Bool?
    package var delimiter: Delimiter?
    package var decimalMark: DecimalMark?

    package init(hasHeader: Bool? = nil, delimiter: Delimiter? = nil, decimalMark: DecimalMark? = nil) {
        self.hasHeader = hasHeader
        self.delimiter = delimiter
        self.decimalMark = decimalMark
    }

    /// This format, and another one's where it leaves something open.
    package func completed(by other: TableFormat) -> TableFormat {
        TableFormat(
            hasHeader: hasHeader ?? other.hasHeader, delimiter: delimiter ?? other.delimiter,
            decimalMark: decimalMark ?? other.decimalMark)
    }
}

/// The character between the fields of a row.
package enum Delimiter: String, Sendable, Codable, CaseIterable {
    case comma, semicolon, tab, pipe

    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        case .pipe: UInt8(ascii: "|")
        }
    }
}

/// The character before the decimals of a number.
package enum DecimalMark: String, Sendable, Codable, CaseIterable {
    case point, comma

    var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
    var other: DecimalMark { self == .point ? .comma : .point }
}

/// The encoding of a table's characters.
package enum TextEncoding: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
    case utf8
    /// UTF-8 that begins with a byte order mark, as Excel writes it.
    case utf8WithMark
    case utf16LittleEndian, utf16BigEndian
    /// Cells that are not valid UTF-8 were read as Latin-1, byte by byte.
    case latin1

    package var description: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf8WithMark: "UTF-8 with a byte order mark"
        case .utf16LittleEndian: "UTF-16, little-endian"
        case .utf16BigEndian: "UTF-16, big-endian"
        case .latin1: "Latin-1"
        }
    }
}
