import Models
import Tables

extension FoundFormat {
    /// Whether there is nothing to say: a header, commas, decimal points and UTF-8.
    package var isPlain: Bool {
        format == TableFormat(hasHeader: true, delimiter: .comma, decimalMark: .point) && encoding == .utf8
    }

    /// "t.csv: the first row is a header; semicolons between fields, decimal comma; UTF-16, little-endian"
    package var wording: String {
        var parts = [
            format.hasHeader == true
                ? "the first row is a header"
                : "no header; the first row is a sample, columns are called by their numbers (--header yes if it is one)"
        ]
        if let delimiter = format.delimiter, delimiter != .comma {
            parts.append("\(delimiter.rawValue)s between fields")
        }
        if format.decimalMark == .comma { parts.append("decimal comma") }
        if encoding != .utf8 { parts.append(encoding.description) }
        return "\(path): " + parts.joined(separator: "; ")
    }
}
