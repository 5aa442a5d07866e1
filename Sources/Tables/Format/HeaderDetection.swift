extension TableSample {
    /// Whether the first row is a header, by comparison with the rows below it.
    /// - Parameters:
    ///   - names: the columns that are wanted by name.
    ///   - label: the position of the label column, if it was given by position.
    ///   - mark: the decimal mark.
    /// - Throws: `CSVError.ambiguousHeader`.
    func isHeader(names: [String], label: Int?, mark: DecimalMark?, path: String) throws(CSVError) -> Bool {
        let texts = Set(firstRow.map(\.text))
        if names.contains(where: { !$0.isEmpty && texts.contains($0) }) { return true }

        // Only a column of numbers can reveal a header: text above numbers is a name, text above text may be a class.
        let numberColumns = columns.indices.filter {
            columns[$0].hasNumber(mark: mark) && !columns[$0].hasText(mark: mark)
        }
        guard !numberColumns.isEmpty else {
            let others = firstRow.indices.filter { $0 != label }
            return others.contains { isText($0, mark) } && !others.contains { isNumber($0, mark) }
        }
        guard let text = numberColumns.first(where: { isText($0, mark) }) else { return false }
        guard let number = numberColumns.first(where: { isNumber($0, mark) }) else { return true }
        throw .ambiguousHeader(
            path: path, row: row, text: firstRow[text].text, textColumn: text + 1, number: firstRow[number].text,
            numberColumn: number + 1)
    }

    /// The names of the columns; a column without a name gets its position, counted from 1.
    func names(hasHeader: Bool) -> [String] {
        firstRow.enumerated().map { !hasHeader || $1.text.isEmpty ? "\($0 + 1)" : $1.text }
    }

    /// Checks that the last column of a header does not exist by mistake.
    /// - Throws: `CSVError.trailingDelimiter`.
    func requireNoTrailingDelimiter(_ delimiter: Delimiter, path: String) throws(CSVError) {
        guard let secondRow, firstRow.count > 1, firstRow.last?.text == "" else { return }
        let rowsEndLikewise = secondRow.fieldCount == firstRow.count && secondRow.endsEmpty
        guard rowsEndLikewise || secondRow.fieldCount == firstRow.count - 1 else { return }
        throw .trailingDelimiter(
            path: path, row: row, column: firstRow.count, delimiter: delimiter, rowsEndLikewise: rowsEndLikewise)
    }

    private func isNumber(_ column: Int, _ mark: DecimalMark?) -> Bool {
        let cell = firstRow[column]
        guard !cell.isMissing else { return false }
        return switch mark {
        case .point: cell.readings.point != nil
        case .comma: cell.readings.comma != nil
        case nil: cell.readings.point != nil || cell.readings.comma != nil
        }
    }

    private func isText(_ column: Int, _ mark: DecimalMark?) -> Bool {
        !firstRow[column].isMissing && !isNumber(column, mark)
    }
}
