/// The texts of a file, compressed with gzip or not, as tokens, with their labels.
package struct TokenizedTexts: Sendable {
    /// The file as errors call it.
    package let path: String
    /// The tokens of all texts, one after another: indices of `tokens`.
    package private(set) var codes: [Int32] = []
    /// The number of tokens of each text.
    package private(set) var lengths: [Int] = []
    /// The label of each text; nil if there are none.
    package private(set) var labels: TextColumn?
    private let kind: TokenKind
    private var table = TextCodes()
    private var lines = LineIndex()

    /// The different tokens, in the order in which they appear first. Those that Unicode calls equal are one.
    package var tokens: [String] { table.texts }

    /// The line of the file, counted from 1, on which a text begins.
    package func line(ofText text: Int) -> Int { lines[text] }

    /// Appends a text.
    /// - Parameter parts: what of `bytes` belongs to it.
    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ parts: [Range<Int>], line: Int) {
        let first = codes.count
        let space = Array(" ".utf8)
        for part in parts {
            let part = UnsafeBufferPointer(rebasing: bytes[trimmingWhiteSpace(part, of: bytes)])
            // What stood between two parts has separated them.
            if kind == .characters, !part.isEmpty, codes.count > first {
                space.withUnsafeBufferPointer { codes.append(table.code(of: Cell(bytes: $0))) }
            }
            kind.forEachToken(of: part) { token in
                let code = table.code(of: Cell(bytes: UnsafeBufferPointer(rebasing: part[token])))
                codes.append(code)
            }
        }
        lengths.append(codes.count - first)
        lines.append(line: line)
    }

    /// - Throws: `CSVError.empty`, `SequenceFileError.noSteps`.
    private func requireTokens() throws {
        guard !lengths.isEmpty else { throw CSVError.empty(path: path) }
        guard !codes.isEmpty else { throw SequenceFileError.noSteps(path: path) }
    }

    // MARK: Lines

    private static let labelPrefix = Array("__label__".utf8)

    /// Reads lines as fastText has them: `__label__NAME`, and a text. Empty lines are skipped. The first line says whether there are
    /// labels.
    /// - Throws: `CSVError`; `SequenceFileError` for a line without label among others, or with several.
    package init(lines path: String, by kind: TokenKind) throws {
        var reader = try LineReader(path: path)
        (self.path, self.kind) = (reader.path, kind)
        var text: [UInt8] = []
        while try reader.nextLine() {
            text.removeAll(keepingCapacity: true)
            reader.withLine { line in _ = line.appendUTF8(to: &text) }
            let line = reader.line
            try text.withUnsafeBufferPointer { (text) throws(SequenceFileError) in try append(text, line: line) }
        }
        try requireTokens()
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>, line: Int) throws(SequenceFileError) {
        var (isEmpty, found): (Bool, [Range<Int>]) = (true, [])
        TokenKind.words.forEachToken(of: text) { word in
            isEmpty = false
            if text[word].starts(with: Self.labelPrefix) { found.append(word) }
        }
        guard !isEmpty else { return }
        let names = found.map { UnsafeBufferPointer(rebasing: text[$0].dropFirst(Self.labelPrefix.count)) }
        guard names.count < 2 else {
            throw .severalLabels(path: path, row: line, labels: names.map { String(decoding: $0, as: UTF8.self) })
        }
        if lengths.isEmpty, !names.isEmpty { labels = TextColumn(isText: true) }
        guard (labels == nil) == names.isEmpty, names.first?.isEmpty != true else {
            throw .noLabel(path: path, row: labels == nil ? lines[0] : line)
        }
        for name in names { labels?.append(Cell(bytes: name)) }
        append(
            text, found.first.map { [0..<$0.lowerBound, $0.upperBound..<text.count] } ?? [0..<text.count], line: line)
    }

    // MARK: Tables

    /// Reads a column of a table.
    /// - Parameters:
    ///   - column: the column of texts, by its name or position.
    ///   - label: the column of labels; nil for none.
    /// - Throws: `CSVError`; `SequenceFileError.noLabel` for a row without label.
    package init(table path: String, column: String, label: String?, by kind: TokenKind) throws {
        var reader = try RowReader(path: path)
        (self.path, self.kind) = (reader.path, kind)
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
