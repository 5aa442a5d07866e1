/// Reads the columns of features. The first cell of a column that is not missing says whether it has numbers or texts.
struct FeatureColumns {
    let names: [String]
    private let path: String
    private let allowsMissing: Bool
    /// The positions in the file.
    private let positions: [Int]
    private var kinds: [Kind]
    /// The first cell of each column that is not missing.
    private var firstCells: [(row: Int, text: String)?]
    private var codes: [TextCodes?]
    private var categoryRows: [[Int]]

    private enum Kind {
        case unknown
        case numbers, text
        /// What was asked for, whatever the cells are.
        case onlyNumbers, onlyText
    }

    init(_ columns: TableColumns, allowsMissing: Bool, path: String) {
        self.path = path
        self.allowsMissing = allowsMissing
        positions = columns.features
        names = positions.map { columns.names[$0] }
        kinds = columns.areText.map { $0.map { $0 ? .onlyText : .onlyNumbers } ?? .unknown }
        firstCells = Array(repeating: nil, count: positions.count)
        codes = kinds.map { $0 == .onlyText ? TextCodes() : nil }
        categoryRows = Array(repeating: [], count: positions.count)
    }

    /// Whether all texts were valid UTF-8 in the file.
    var isUTF8: Bool { codes.allSatisfy { $0?.isUTF8 != false } }

    /// The columns with their categories.
    var columns: [Table.Column] {
        names.indices.map { index in
            let texts = codes[index]?.texts
            return Table.Column(
                name: names[index],
                categories: texts.map { zip($0, categoryRows[index]).map { Table.Category(text: $0, line: $1) } })
        }
    }

    /// Reads the features of a row into `values`.
    /// - Throws: `CSVError.notANumber`, `.mixedColumn`, `.missingValue`, `.notFinite`, `.ambiguousDecimal`.
    mutating func read(
        _ cells: RowCells, row: Int, _ syntax: inout NumberSyntax, into values: UnsafeMutableBufferPointer<Double>
    ) throws(CSVError) {
        for index in positions.indices {
            let cell = cells[positions[index]]
            if kinds[index] == .numbers, let value = syntax.plainNumber(cell), value.isFinite {
                values[index] = value
            } else {
                values[index] = try value(of: cell, index, row: row, &syntax)
            }
        }
    }

    private mutating func value(
        of cell: Cell, _ index: Int, row: Int, _ syntax: inout NumberSyntax
    ) throws(CSVError) -> Double {
        let place = Place(path: path, row: row, column: names[index])
        if cell.isMissing { return try missing(cell, place) }
        switch kinds[index] {
        case .unknown:
            let number = try syntax.number(cell, at: place)
            firstCells[index] = (row, cell.text)
            kinds[index] = number == nil ? .text : .numbers
            if let number { return number }
            codes[index] = TextCodes()
        case .numbers:
            if let number = try syntax.number(cell, at: place) { return number }
            throw mixed(place, text: (row, cell.text), number: firstCells[index])
        case .onlyNumbers:
            if let number = try syntax.number(cell, at: place) { return number }
            throw .notANumber(path: path, row: row, column: names[index], text: cell.text)
        case .text:
            guard !syntax.isNumber(cell) else {
                throw mixed(place, text: firstCells[index], number: (row, cell.text))
            }
        case .onlyText:
            break
        }
        let code = codes[index]?.code(of: cell) ?? 0
        if code == categoryRows[index].count { categoryRows[index].append(row) }
        return Double(code)
    }

    private func mixed(
        _ place: Place, text: (row: Int, text: String)?, number: (row: Int, text: String)?
    ) -> CSVError {
        .mixedColumn(
            path: path, row: text?.row ?? place.row, column: place.column, text: text?.text ?? "",
            number: number?.text ?? "", numberRow: number?.row ?? place.row)
    }

    private func missing(_ cell: Cell, _ place: Place) throws(CSVError) -> Double {
        guard allowsMissing else {
            throw .missingValue(path: path, row: place.row, column: place.column, text: cell.text)
        }
        return .nan
    }
}
