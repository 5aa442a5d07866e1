extension Delimiter {
    /// Finds the delimiter of the rows that follow, by the number of fields in each, rather than by the first row alone.
    init(of reader: inout RowReader) {
        var best = Fit(delimiter: .comma)
        for candidate in Self.allCases {
            reader.delimiter = candidate
            var fit = Fit(delimiter: candidate)
            reader.lookAhead { cells, _ in fit.count(cells) }
            if fit.isBetter(than: best) { best = fit }
        }
        reader.delimiter = best.delimiter
        self = best.delimiter
    }
}

/// How well a delimiter fits to the rows of a table.
private struct Fit {
    let delimiter: Delimiter
    /// The number of fields in the first row.
    private var fieldCount = 0
    private var rows = 0
    /// The number of rows with as many fields as the first one has.
    private var equalRows = 0
    /// All fields, and those of them that are texts.
    private var fields = 0
    private var texts = 0

    init(delimiter: Delimiter) {
        self.delimiter = delimiter
    }

    mutating func count(_ cells: RowCells) {
        rows += 1
        if rows == 1 { fieldCount = cells.count }
        if cells.count == fieldCount { equalRows += 1 }
        let syntax = NumberSyntax(mark: nil, delimiter: delimiter)
        fields += cells.count
        for index in 0..<cells.count where !cells[index].isMissing {
            let readings = syntax.readings(cells[index])
            if readings.point == nil, readings.comma == nil { texts += 1 }
        }
    }

    /// First counts whether rows agree, then whether fields are numbers (1,5;2,5 has text between its commas), then how many
    /// fields there are.
    func isBetter(than other: Fit) -> Bool {
        guard fieldCount > 1 else { return false }
        guard other.fieldCount > 1 else { return true }
        if equalRows * other.rows != other.equalRows * rows { return equalRows * other.rows > other.equalRows * rows }
        if texts * other.fields != other.texts * fields { return texts * other.fields < other.texts * fields }
        return fieldCount > other.fieldCount
    }
}
