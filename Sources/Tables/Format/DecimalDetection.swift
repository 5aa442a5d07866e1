extension TableSample {
    /// The decimal mark that the columns show; nil if they have whole numbers and texts only.
    ///
    /// A column shows a mark if all its numbers have it, or none. One that has texts with any mark shows none.
    /// - Parameters:
    ///   - ignored: positions of columns that do not count.
    ///   - names: the columns' names, for errors.
    /// - Throws: `CSVError.ambiguousDecimal`, `.bothDecimals`.
    func decimalMark(ignoring ignored: Set<Int>, names: [String], path: String) throws(CSVError) -> DecimalMark? {
        var shown: [DecimalMark: (column: Int, row: Int, text: String)] = [:]
        var ambiguous: (column: Int, row: Int, text: String)?
        for (index, column) in columns.enumerated() where !ignored.contains(index) && !column.hasText {
            guard column.shown.count < 2 else { continue }
            for (mark, cell) in column.shown where shown[mark] == nil { shown[mark] = (index, cell.row, cell.text) }
            if ambiguous == nil, let cell = column.ambiguous { ambiguous = (index, cell.row, cell.text) }
        }
        // The first row counts where it is a sample.
        for (index, cell) in firstRow.enumerated() where !ignored.contains(index) && columns[index].isEmpty {
            if let mark = cell.readings.mark, shown[mark] == nil { shown[mark] = (index, row, cell.text) }
            if ambiguous == nil, cell.readings.isAmbiguous { ambiguous = (index, row, cell.text) }
        }
        switch (shown[.point], shown[.comma], ambiguous) {
        case (let point?, let comma?, _):
            throw .bothDecimals(
                path: path, row: comma.row, column: names[comma.column], text: comma.text, otherRow: point.row,
                otherColumn: names[point.column], otherText: point.text)
        case (.some, nil, _): return .point
        case (nil, .some, _): return .comma
        case (nil, nil, let cell?):
            throw .ambiguousDecimal(path: path, row: cell.row, column: names[cell.column], text: cell.text)
        case (nil, nil, nil): return nil
        }
    }
}
