/// The header of a .ts file: lines that begin with @, up to @data.
struct TSHeader {
    private(set) var labels = SeriesFile.LabelKind.none
    /// Nil if it does not say how many there are.
    private(set) var dimensions: Int?
    /// Whether it says that all series are as long.
    private(set) var hasEqualLengths = false

    /// Reads all lines up to @data.
    /// - Parameter reader: at the first line of the header; then at the line @data.
    /// - Throws: `CSVError`, `SequenceFileError.hasTimeStamps`, `.badHeader`, `.noData`.
    init(_ reader: inout LineReader) throws {
        repeat {
            guard reader.hasContent else { continue }
            let text = reader.withLine(\.trimmed.text)
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            let error = SequenceFileError.badHeader(path: reader.path, row: reader.line, text: text)
            guard words[0].hasPrefix("@") else { throw error }
            if words[0].lowercased() == "@data" { return }
            guard try read(words, error) else {
                throw SequenceFileError.hasTimeStamps(path: reader.path, row: reader.line)
            }
        } while try reader.nextLine()
        throw SequenceFileError.noData(path: reader.path)
    }

    /// Reads a line. What the values themselves tell is not looked at: whether some are missing, and how long all series are.
    /// - Returns: false if it says that there are time stamps.
    private mutating func read(_ words: [String], _ error: SequenceFileError) throws(SequenceFileError) -> Bool {
        /// - Returns: whether the word after the first is true.
        func isTrue() throws(SequenceFileError) -> Bool {
            switch words.dropFirst().first?.lowercased() {
            case "true": return true
            case "false": return false
            default: throw error
            }
        }
        switch words[0].lowercased() {
        case "@timestamps": return try !isTrue()
        case "@univariate":
            if try isTrue() { dimensions = 1 }
        case "@dimension", "@dimensions":
            guard let count = words.dropFirst().first.flatMap({ Int($0) }), count > 0 else { throw error }
            dimensions = count
        case "@classlabel":
            guard try isTrue() else { break }
            let names = Array(words.dropFirst(2))
            guard Set(names).count == names.count else { throw error }
            labels = .classes(names.isEmpty ? nil : names)
        case "@targetlabel":
            if try isTrue() { labels = .measurements }
        case "@equallength": hasEqualLengths = try isTrue()
        case "@problemname", "@missing", "@serieslength": break
        default: throw error
        }
        return true
    }
}

extension SeriesContents {
    /// Reads a .ts file: a series on each line, its dimensions separated by colons, their values by commas, and its label at the end.
    /// - Parameter reader: at the first line of the header.
    /// - Throws: `CSVError`, `SequenceFileError`.
    mutating func readDimensions(_ reader: inout LineReader) throws -> SeriesFile.LabelKind {
        let header = try TSHeader(&reader)
        channels = header.dimensions
        labels = TextColumn(isText: header.labels != .measurements)
        while try reader.nextLine() {
            guard reader.hasContent else { continue }
            let line = reader.line
            try reader.withLine { (row) throws(SequenceFileError) in
                var cells = row.parts(between: ":")
                if header.labels != .none { try append(label: cells.removeLast(), header.labels, line: line) }
                guard !cells.isEmpty else { throw .noValues(path: path, row: line) }
                var dimensions: [[Float]] = []
                for cell in cells {
                    dimensions.append(cell.isEmpty ? [] : try numbers(in: cell.parts(between: ","), line: line))
                }
                try append(dimensions, line: line)
                if header.hasEqualLengths, lengths[lengths.count - 1] != lengths[0] {
                    throw .unequalLength(
                        path: path, row: line, expected: lengths[0], found: lengths[lengths.count - 1])
                }
            }
        }
        return header.labels
    }

    private mutating func append(
        label: Cell, _ kind: SeriesFile.LabelKind, line: Int
    ) throws(SequenceFileError) {
        if case .classes(let names?) = kind, !names.contains(label.text) {
            guard !label.isMissing else { throw .noLabel(path: path, row: line) }
            throw .notAClass(path: path, row: line, text: label.text, classes: names)
        }
        guard !label.isMissing else { throw .noLabel(path: path, row: line) }
        if kind == .measurements { _ = try numbers(in: [label], line: line) }
        labels.append(label)
    }
}
