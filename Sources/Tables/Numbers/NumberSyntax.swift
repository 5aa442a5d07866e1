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
        guard let mark else { return DecimalMark.allCases.contains { Self.number(cell, mark: $0)?.isFinite == true } }
        return Self.number(cell, mark: mark)?.isFinite == true
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
        let start = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? 1 : 0
        var index = endOfDigits(bytes, from: start)
        // Most texts end here.
        guard (1...3).contains(index - start), bytes[start] != UInt8(ascii: "0"),
            let separator = (mark == .point ? separatorsBesidePoints : separatorsBesideCommas)
                .first(where: { bytes[index...].starts(with: $0) })
        else { return nil }

        var plain = Array(bytes[..<index])
        while bytes[index...].starts(with: separator) {
            let group = index + separator.count
            index = endOfDigits(bytes, from: group)
            guard index - group == 3 else { return nil }
            plain += bytes[group..<index]
        }
        if index < bytes.count {
            guard bytes[index] == mark.byte, endOfDigits(bytes, from: index + 1) == bytes.count else { return nil }
            plain.append(UInt8(ascii: "."))
            plain += bytes[(index + 1)...]
        }
        return plain.withUnsafeBufferPointer { Double(decimal: $0, mark: UInt8(ascii: ".")) }
    }

    private static func endOfDigits(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index
    }
}

/// Where a cell stands.
struct Place {
    let path: String
    let row: Int
    let column: String
}

/// Marks of thousands: the other decimal mark, an apostrophe (also the typographic one), a space, the no-break space (in
/// UTF-8 and in Latin-1), and the narrow no-break space.
private let separatorsBesidePoints = commonSeparators + [[DecimalMark.comma.byte]]
private let separatorsBesideCommas = commonSeparators + [[DecimalMark.point.byte]]
private let commonSeparators: [[UInt8]] =
    ["'", "\u{2019}", " ", "\u{A0}", "\u{202F}"].map { Array($0.utf8) } + [[0xA0]]
