extension SeriesContents {
    /// Reads rows of the UCR archive (Dau et al. 2018): the class of a series, then its values, with tabs between them. Values that are
    /// missing at the end of a row are the padding of a shorter series.
    /// - Parameter reader: at the first row.
    /// - Throws: `CSVError`, `SequenceFileError`.
    mutating func readRows(_ reader: inout LineReader) throws -> SeriesFile.LabelKind {
        repeat {
            guard reader.hasContent else { continue }
            let line = reader.line
            try reader.withLine { (row) throws(SequenceFileError) in
                let cells = row.parts(between: "\t")
                guard cells.count > 1 else { throw .noValues(path: path, row: line) }
                guard !cells[0].isMissing else { throw .noLabel(path: path, row: line) }
                labels.append(cells[0])
                var values = try numbers(in: cells.dropFirst(), line: line)
                while values.last?.isNaN == true { values.removeLast() }
                try append([values], line: line)
            }
        } while try reader.nextLine()
        return .classes(nil)
    }
}
