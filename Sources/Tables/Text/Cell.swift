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
        if !isQuoted, bytes.allSatisfy({ $0 < 0x80 }) {
            text += bytes
            return true
        }
        let valid = String(validating: bytes, as: UTF8.self)
        var string = valid ?? String(decoding: bytes.map(UInt16.init), as: UTF16.self)
        if isQuoted { string.replace("\"\"", with: "\"") }
        text += string.utf8
        return valid != nil
    }
}

/// Markers of a missing value, in lower case.
private let missingMarkers = ["?", "na", "n/a", "nan", "null"].map { Array($0.utf8) }
