import DurableFiles
import Foundation

@testable import Tables

/// A plain and slow reader of tables, written apart from the one that is tested. It is told how the table is written, and has
/// Strings for cells and regular expressions for numbers.
struct ReferenceReader {
    var names: [String] = []
    var categories: [[String]?] = []
    var categoryLines: [[Int]] = []
    var values: [Double] = []
    var lines: [Int] = []
    var labels: [String] = []

    struct Refusal: Error {}

    /// - Parameter label: the position of the label column.
    init(_ bytes: [UInt8], delimiter: Delimiter, mark: DecimalMark, hasHeader: Bool, label: Int?) throws {
        var rows = try Self.rows(
            of: Self.text(bytes), delimiter: [.comma: ",", .tab: "\t", .pipe: "|"][delimiter] ?? ";")
        guard let first = rows.first else { throw Refusal() }
        let width = first.cells.count
        if hasHeader {
            rows.removeFirst()
            if width > 1, first.cells.last == "", let second = rows.first?.cells,
                second.count == width - 1 || second.count == width && second.last == ""
            {
                throw Refusal()
            }
        }
        guard !rows.isEmpty, rows.allSatisfy({ $0.cells.count == width }) else { throw Refusal() }
        lines = rows.map(\.line)
        if let label {
            guard label < width else { throw Refusal() }
            labels = rows.map { $0.cells[label] }
            try Self.requireLabels(labels, mark: mark)
        }

        var columns: [[Double]] = []
        for column in 0..<width where column != label {
            let name = hasHeader ? first.cells[column] : ""
            names.append(name.isEmpty ? "\(column + 1)" : name)
            columns.append(try appendColumn(rows.map { ($0.line, $0.cells[column]) }, mark: mark))
        }
        guard !names.isEmpty, Set(names).count == names.count else { throw Refusal() }
        values = rows.indices.flatMap { row in columns.map { $0[row] } }
    }

    /// The first cell that is not missing decides whether a column has numbers.
    private mutating func appendColumn(_ cells: [(line: Int, text: String)], mark: DecimalMark) throws -> [Double] {
        let present = cells.filter { !Self.isMissing($0.text) }
        guard let first = present.first, Self.number(first.text, mark) == nil else {
            categories.append(nil)
            categoryLines.append([])
            return try cells.map { cell in
                if Self.isMissing(cell.text) { return .nan }
                guard let number = Self.number(cell.text, mark), number.isFinite else { throw Refusal() }
                return number
            }
        }
        guard !present.contains(where: { Self.number($0.text, mark)?.isFinite == true }) else { throw Refusal() }
        var texts: [String] = []
        var lines: [Int] = []
        let codes = cells.map { cell -> Double in
            if Self.isMissing(cell.text) { return .nan }
            if let known = texts.firstIndex(of: cell.text) { return Double(known) }
            texts.append(cell.text)
            lines.append(cell.line)
            return Double(texts.count - 1)
        }
        categories.append(texts)
        categoryLines.append(lines)
        return codes
    }

    private static func requireLabels(_ labels: [String], mark: DecimalMark) throws {
        guard !labels.contains(where: isMissing) else { throw Refusal() }
        guard labels.allSatisfy({ number($0, mark) != nil }) else { return }
        guard labels.allSatisfy({ number($0, mark)?.isFinite == true }) else { throw Refusal() }
    }

    // MARK: Text

    /// The file's bytes in UTF-8, or as they are.
    private static func text(_ bytes: [UInt8]) throws -> [UInt8] {
        switch FileKind(startingWith: bytes) {
        case .utf16(let order):
            guard bytes.count.isMultiple(of: 2) else { throw Refusal() }
            let isLittle = order.map { $0 == .littleEndian } ?? (bytes[0] == 0xFF)
            let start = order == nil ? 2 : 0
            let units = stride(from: start, to: bytes.count, by: 2).map { place -> UInt16 in
                let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
                return isLittle ? second << 8 | first : first << 8 | second
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        case nil, .empty, .table, .settings, .carriageReturnLines:
            return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        default:
            throw Refusal()
        }
    }

    private static func rows(of bytes: [UInt8], delimiter: Character) throws -> [(line: Int, cells: [String])] {
        guard !bytes.contains(0) else { throw Refusal() }
        let delimiter = delimiter.asciiValue!
        // Line ends become line feeds, and each byte knows its line; inside quotes the bytes stay as they are.
        var rows: [(line: Int, cells: [String])] = []
        var (place, line) = (0, 1)
        func isLineEnd(_ place: Int) -> Bool { place >= bytes.count || bytes[place] == 10 || bytes[place] == 13 }
        while place < bytes.count {
            var row: (line: Int, cells: [String]) = (line, [])
            repeat {
                var raw: [UInt8] = []
                var inner: [UInt8]?
                while !isLineEnd(place), bytes[place] != delimiter, [32, 9].contains(bytes[place]) { place += 1 }
                if place < bytes.count, bytes[place] == 34 {
                    inner = []
                    raw.append(34)
                    place += 1
                    while true {
                        guard place < bytes.count else { throw Refusal() }
                        if bytes[place] == 34 {
                            guard place + 1 < bytes.count, bytes[place + 1] == 34 else { break }
                            inner! += [34]
                            raw += [34, 34]
                            place += 2
                            continue
                        }
                        if bytes[place] == 10, bytes[place - 1] != 13 { line += 1 }
                        if bytes[place] == 13 { line += 1 }
                        inner!.append(bytes[place])
                        raw.append(bytes[place])
                        place += 1
                    }
                    raw.append(34)
                    place += 1
                }
                var hasMore = false
                while !isLineEnd(place), bytes[place] != delimiter {
                    if ![32, 9].contains(bytes[place]) { hasMore = true }
                    raw.append(bytes[place])
                    place += 1
                }
                row.cells.append(string(trimmed(hasMore ? raw : inner ?? raw)))
                guard !isLineEnd(place) else { break }
                place += 1
            } while true
            if place < bytes.count { place += bytes[place...].starts(with: [13, 10]) ? 2 : 1 }
            line += 1
            if row.cells != [""] { rows.append(row) }
        }
        return rows
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let rest = bytes.drop { $0 == 32 || $0 == 9 }
        return Array(rest.prefix((rest.lastIndex { $0 != 32 && $0 != 9 } ?? rest.startIndex - 1) + 1 - rest.startIndex))
    }

    private static func string(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    // MARK: Cells

    private static func isMissing(_ text: String) -> Bool {
        ["", "?", "na", "n/a", "nan", "null"].contains { $0.utf8.elementsEqual(asciiLowercased(text).utf8) }
    }

    private static func number(_ text: String, _ mark: DecimalMark) -> Double? {
        if isPlain(text.trimmingSign, mark) { return strtod(text.replacingOccurrences(of: ",", with: "."), nil) }
        if ["inf", "infinity"].contains(asciiLowercased(text.trimmingSign)) {
            return text.hasPrefix("-") ? -.infinity : .infinity
        }
        if asciiLowercased(text.trimmingSign) == "nan" { return .nan }

        let sign = text.trimmingSign.utf8.count < text.utf8.count ? String(text.prefix(1)) : ""
        let body = text.trimmingSign
        for separator in ["'", "\u{2019}", " ", "\u{A0}", "\u{202F}", mark == .point ? "," : "."] {
            let halves = body.components(separatedBy: mark == .point ? "." : ",")
            guard (1...2).contains(halves.count) else { continue }
            let groups = halves[0].components(separatedBy: separator)
            let decimals = halves.count == 2 ? halves[1] : ""
            guard groups.count > 1, isDigits(groups[0]), groups[0].count <= 3, !groups[0].hasPrefix("0"),
                groups.dropFirst().allSatisfy({ isDigits($0) && $0.count == 3 }), decimals.isEmpty || isDigits(decimals)
            else { continue }
            return strtod(sign + groups.joined() + "." + decimals, nil)
        }
        return nil
    }

    /// Whether a text is digits with a decimal mark and an exponent.
    private static func isPlain(_ text: String, _ mark: DecimalMark) -> Bool {
        let parts = text.replacingOccurrences(of: "E", with: "e").components(separatedBy: "e")
        let halves = parts[0].components(separatedBy: mark == .point ? "." : ",")
        return parts.count <= 2 && parts.dropFirst().allSatisfy { isDigits($0.trimmingSign) } && halves.count <= 2
            && halves.allSatisfy { $0.isEmpty || isDigits($0) } && halves != [""] && halves != ["", ""]
    }

    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { ("0"..."9").contains($0) }
    }

    private static func asciiLowercased(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { ("A"..."Z").contains($0) ? Unicode.Scalar($0.value + 32)! : $0 }))
    }
}

extension String {
    fileprivate var trimmingSign: String {
        unicodeScalars.first == "+" || unicodeScalars.first == "-"
            ? String(String.UnicodeScalarView(unicodeScalars.dropFirst())) : self
    }
}
