extension TokenizedTexts {
    /// Reads a column of a table.
    /// - Parameters:
    ///   - column: the column of texts, by its name or position.
    ///   - label: the column of labels; nil for none.
    ///   - advance: called for each row with the share that has been read, nil if that is unknown.
    /// - Throws: `CSVError`; `SequenceFileError.noLabel` for a row without label.
    package init(
        table path: String, column: String, label: String?, by kind: TokenKind, advance: (Double?) -> Void = { _ in }
    ) throws {
        var reader = try RowReader(path: path)
        self.init(path: reader.path, by: kind)
        let stated = try reader.skipStatedDelimiter()
        if let stated { reader.delimiter = stated } else { _ = Delimiter(of: &reader) }
        let sample = TableSample(of: &reader)
        guard try reader.nextRow() else { throw CSVError.empty(path: reader.path) }
        var request = TableRequest(label: label)
        request.id = column
        let hasHeader = try request.hasHeader(sample, mark: nil, path: reader.path)
        let names = sample.names(hasHeader: hasHeader)
        let finder = ColumnFinder(names: names, hasNames: hasHeader, knownNames: [])
        let textColumn = try finder.onlyColumn(column, .content, of: names, hasHeader: hasHeader, path: reader.path)
        let labelColumn = try label.map {
            try finder.onlyColumn($0, .label, of: names, hasHeader: hasHeader, path: reader.path)
        }
        guard textColumn != labelColumn else {
            throw CSVError.twoRoles(path: reader.path, column: names[textColumn], roles: [.content, .label])
        }
        if label != nil { labels = TextColumn() }

        var text: [UInt8] = []
        var hasRow = hasHeader ? try reader.nextRow() : true
        while hasRow {
            guard reader.fieldCount == names.count else {
                throw CSVError.raggedRow(
                    path: reader.path, row: reader.row, expected: names.count, found: reader.fieldCount)
            }
            let isLabelled = try reader.withCells { cells in
                text.removeAll(keepingCapacity: true)
                cells[textColumn].appendUTF8(to: &text)
                guard let labelColumn else { return true }
                labels?.append(cells[labelColumn])
                return !cells[labelColumn].isMissing
            }
            let line = reader.row
            guard isLabelled else { throw SequenceFileError.noLabel(path: reader.path, row: line) }
            text.withUnsafeBufferPointer { append($0, [0..<$0.count], line: line) }
            advance(reader.share)
            hasRow = try reader.nextRow()
        }
        try requireTokens()
    }
}

extension ColumnFinder {
    /// The position of the only column of that name.
    /// - Throws: `CSVError.noSuchColumn`, `.severalColumns`.
    fileprivate func onlyColumn(
        _ name: String, _ role: ColumnRole, of names: [String], hasHeader: Bool, path: String
    ) throws(CSVError) -> Int {
        let found = columns(name)
        guard let column = found.first else {
            throw .noSuchColumn(path: path, name: name, available: names, hasHeader: hasHeader)
        }
        guard found.count == 1 else {
            throw .severalColumns(path: path, name: name, columns: found.map { $0 + 1 }, role: role)
        }
        return column
    }
}
