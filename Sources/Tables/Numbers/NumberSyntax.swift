/// How numbers are written: their decimal mark, and marks of thousands between groups of three digits.
struct NumberSyntax: Sendable {
    /// Nil as long as no cell has shown it.
    private(set) var mark: DecimalMark?
    /// Whether a point may be a mark of thousands where no other cell tells. Tables with semicolons come from where decimals
    /// have a comma.
    let pointMayGroup: Bool
    /// The mark for the quick way: none if it is not known, since no cell has a zero byte.
    private var quickMark: UInt8

    init(mark: DecimalMark?, delimiter: Delimiter) {
        self.mark = mark
        quickMark = mark?.byte ?? 0
        pointMayGroup = delimiter == .semicolon
    }

    /// What a cell means with a decimal point, and with a decimal comma.
    struct Readings {
        var point: Double?
        var comma: Double?

        var isAmbiguous: Bool { point != nil && comma != nil && point?.bitPattern != comma?.bitPattern }
        /// The mark that the cell shows, if it is a number with one alone.
        var mark: DecimalMark? {
            if point != nil { comma == nil ? .point : nil } else { comma == nil ? nil : .comma }
        }
    }

    /// The number in a cell that has no marks of thousands; nil if there are any, or if it is not a number.
    @inline(__always)
    func plainNumber(_ cell: Cell) -> Double? {
        Double(decimal: cell.bytes, mark: quickMark)
    }

    /// The number in a cell; nil if it is none. The first cell that shows the decimal mark decides on it, if it is not known.
    /// - Throws: `CSVError.notFinite`; `.ambiguousDecimal` if the cell may be two numbers.
    mutating func number(_ cell: Cell, at place: Place) throws(CSVError) -> Double? {
        let value: Double?
        if let mark {
            value = Self.number(cell, mark: mark)
        } else {
            let readings = readings(cell)
            guard !readings.isAmbiguous else {
                throw .ambiguousDecimal(path: place.path, row: place.row, column: place.column, text: cell.text)
            }
            if let shown = readings.mark {
                mark = shown
                quickMark = shown.byte
            }
            value = readings.point ?? readings.comma
        }
        guard value?.isFinite != false else {
            throw .notFinite(path: place.path, row: place.row, column: place.column, text: cell.text)
        }
        return value
    }

    /// Whether a cell among texts is a finite number.
    func isNumber(_ cell: Cell) -> Bool {
        let readings = readings(cell)
        return switch mark {
        case .point: readings.point?.isFinite == true
        case .comma: readings.comma?.isFinite == true
        case nil: readings.point?.isFinite == true || readings.comma?.isFinite == true
        }
    }

    func readings(_ cell: Cell) -> Readings {
        var readings = Readings(
            point: Self.number(cell, mark: .point), comma: Self.number(cell, mark: .comma))
        if !pointMayGroup, readings.isAmbiguous, cell.bytes.contains(UInt8(ascii: ".")) { readings.comma = nil }
        return readings
    }

    /// The number in a cell with this decimal mark.
    static func number(_ cell: Cell, mark: DecimalMark) -> Double? {
        Double(decimal: cell.bytes, mark: mark.byte) ?? ungrouped(cell.bytes, mark: mark)
    }

    /// The number in a cell whose digits before the decimal mark are in groups of three.
    private static func ungrouped(_ bytes: UnsafeBufferPointer<UInt8>, mark: DecimalMark) -> Double? {
        var rest = bytes[...]
        var plain: [UInt8] = []
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            plain.append(rest.removeFirst())
        }
        let first = rest.prefix(while: isDigit)
        guard (1...3).contains(first.count), first.first != UInt8(ascii: "0") else { return nil }
        plain += first
        rest = rest.dropFirst(first.count)

        let separators = commonSeparators + [[mark.other.byte]]
        guard let separator = separators.first(where: { rest.starts(with: $0) }) else { return nil }
        while rest.starts(with: separator) {
            rest = rest.dropFirst(separator.count)
            let group = rest.prefix(while: isDigit)
            guard group.count == 3 else { return nil }
            plain += group
            rest = rest.dropFirst(3)
        }
        if !rest.isEmpty {
            guard rest.removeFirst() == mark.byte, rest.allSatisfy(isDigit) else { return nil }
            plain.append(UInt8(ascii: "."))
            plain += rest
        }
        return plain.withUnsafeBufferPointer { Double(decimal: $0, mark: UInt8(ascii: ".")) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

/// Where a cell stands.
struct Place {
    let path: String
    let row: Int
    let column: String
}

/// Marks of thousands that no country has for decimals: an apostrophe (also the typographic one), a space, the no-break
/// space (in UTF-8 and in Latin-1), and the narrow no-break space.
private let commonSeparators: [[UInt8]] =
    ["'", "\u{2019}", " ", "\u{A0}", "\u{202F}"].map { Array($0.utf8) } + [[0xA0]]
