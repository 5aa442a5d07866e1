extension TokenizedTexts {
    private static let labelPrefix = Array("__label__".utf8)

    /// Reads lines as fastText has them: `__label__NAME`, and a text. Empty lines are left out. The first line says whether there are
    /// labels.
    /// - Parameter advance: called regularly with the share that has been read, nil if that is unknown.
    /// - Throws: `CSVError`; `SequenceFileError` for a line without label among others, or with several.
    package init(lines path: String, by kind: TokenKind, advance: @escaping (Double?) -> Void = { _ in }) throws {
        var reader = try LineReader(path: path, advance: advance)
        self.init(path: reader.path, by: kind)
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
        guard !isEmpty else { return emptyLines.append(line) }
        let names = found.map { UnsafeBufferPointer(rebasing: text[$0].dropFirst(Self.labelPrefix.count)) }
        guard names.count < 2 else {
            throw .severalLabels(path: path, row: line, labels: names.map { String(decoding: $0, as: UTF8.self) })
        }
        if lengths.isEmpty, !names.isEmpty { labels = TextColumn(isText: true) }
        guard (labels == nil) == names.isEmpty, names.first?.isEmpty != true else {
            throw .noLabel(path: path, row: labels == nil ? self.line(ofText: 0) : line)
        }
        for name in names { labels?.append(Cell(bytes: name)) }
        append(
            text, found.first.map { [0..<$0.lowerBound, $0.upperBound..<text.count] } ?? [0..<text.count], line: line)
    }
}
