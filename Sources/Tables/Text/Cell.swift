/// The bytes of a cell, without spaces and quotes around them. They borrow the buffer of the reader or of a column.
struct Cell {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Whether quotes inside are doubled.
    var isQuoted = false

    var isEmpty: Bool { bytes.isEmpty }

    /// Whether the cell is empty or a marker of a missing value: ?, NA, N/A, NaN, null.
    var isMissing: Bool {
        guard !isEmpty else { return true }
        return bytes.count <= 4
            && missingMarkers.contains { marker in
                marker.count == bytes.count && zip(marker, bytes).allSatisfy { $0 == $1 | ($0 >= 0x61 ? 0x20 : 0) }
            }
    }

    var text: String {
        var text: [UInt8] = []
        appendUTF8(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text; bytes that are not valid UTF-8 are taken for Latin-1.
    /// - Returns: false if they were.
    @discardableResult
    func appendUTF8(to text: inout [UInt8]) -> Bool {
        if isQuoted, bytes.contains(quote) {
            return withoutDoubledQuotes.withUnsafeBufferPointer { Cell(bytes: $0).appendUTF8(to: &text) }
        }
        if isASCII || String(validating: bytes, as: UTF8.self) != nil {
            text += bytes
            return true
        }
        text += String(decoding: bytes.map(UInt16.init), as: UTF16.self).utf8
        return false
    }

    /// Whether the bytes are the text: ASCII without quotes that are doubled.
    var isPlain: Bool { isASCII && !(isQuoted && bytes.contains(quote)) }

    private var isASCII: Bool {
        var all: UInt8 = 0
        for byte in bytes { all |= byte }
        return all < 0x80
    }

    private var withoutDoubledQuotes: [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            text.append(bytes[index])
            index += bytes[index] == quote && index + 1 < bytes.count && bytes[index + 1] == quote ? 2 : 1
        }
        return text
    }
}

private let quote = UInt8(ascii: "\"")

/// Markers of a missing value, in lower case.
private let missingMarkers = ["?", "na", "n/a", "nan", "null"].map { Array($0.utf8) }
