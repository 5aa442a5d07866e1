/// What the first rows of a table tell about its columns.
struct TableSample {
    /// The cells of the first row, and whether each is missing.
    private(set) var firstRow: [(text: String, isMissing: Bool, readings: NumberSyntax.Readings)] = []
    /// The line of the first row.
    private(set) var row = 0
    /// What is in each column, the first row left out.
    private(set) var columns: [Column] = []
    /// The number of fields in the second row, and whether its last one is empty.
    private(set) var secondRow: (fieldCount: Int, endsEmpty: Bool)?

    /// The cells of a column, by what they are with a decimal point and with a decimal comma.
    struct Column {
        /// The first cell that is a number only with this mark.
        fileprivate(set) var shown: [DecimalMark: (row: Int, text: String)] = [:]
        /// The first cell that is a number with both, but not the same one.
        fileprivate(set) var ambiguous: (row: Int, text: String)?
        fileprivate(set) var hasSameNumber = false
        fileprivate(set) var hasText = false

        /// Whether all cells are missing.
        var isEmpty: Bool { shown.isEmpty && ambiguous == nil && !hasSameNumber && !hasText }

        func hasNumber(mark: DecimalMark?) -> Bool {
            hasSameNumber || mark.map { shown[$0] != nil || ambiguous != nil } ?? !shown.isEmpty
        }

        func hasText(mark: DecimalMark?) -> Bool {
            hasText || mark.map { shown[$0.other] != nil } ?? false
        }

        fileprivate mutating func add(_ cell: Cell, _ readings: NumberSyntax.Readings, row: Int) {
            if let mark = readings.mark {
                if shown[mark] == nil { shown[mark] = (row, cell.text) }
            } else if readings.isAmbiguous {
                if ambiguous == nil { ambiguous = (row, cell.text) }
            } else if readings.point != nil {
                hasSameNumber = true
            } else {
                hasText = true
            }
        }
    }

    /// Looks at the rows that follow.
    init(of reader: inout RowReader) {
        var sample = TableSample()
        let syntax = NumberSyntax(mark: nil, delimiter: reader.delimiter)
        reader.lookAhead { cells, row in sample.add(cells, row: row, syntax) }
        self = sample
    }

    private init() {}

    private mutating func add(_ cells: RowCells, row: Int, _ syntax: NumberSyntax) {
        if columns.isEmpty {
            self.row = row
            firstRow = (0..<cells.count).map { (cells[$0].text, cells[$0].isMissing, syntax.readings(cells[$0])) }
            columns = Array(repeating: Column(), count: cells.count)
            return
        }
        secondRow = secondRow ?? (cells.count, cells[cells.count - 1].isEmpty)
        for index in 0..<min(cells.count, columns.count) where !cells[index].isMissing {
            columns[index].add(cells[index], syntax.readings(cells[index]), row: row)
        }
    }
}
