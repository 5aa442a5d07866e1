/// The columns of a CSV file and their roles.
struct CSVColumns {
    let names: [String]
    /// Whether the first row is a header with names. Without one, columns are named by position.
    let hasHeader: Bool
    /// The position of the label column, from 0.
    let label: Int
    /// The positions of all others.
    let features: [Int]

    /// Determines the columns from the first row, which must be the reader's current one, and from the rows below it.
    /// - Parameter hasHeader: whether the first row is a header; nil to detect it.
    /// - Throws: `CSVError`.
    init(firstRow reader: inout CSVReader, labelColumn: String, hasHeader givenHeader: Bool?) throws(CSVError) {
        let count = reader.fieldCount
        let byPosition = Int(labelColumn).flatMap { (1...count).contains($0) ? $0 - 1 : nil }
        let header = try CSVHeader(&reader)
        hasHeader =
            if let givenHeader { givenHeader } else {
                try header.isHeader(label: labelColumn, position: byPosition, reader: reader)
            }
        names = hasHeader ? try header.names(reader) : (1...count).map(String.init)

        let named = hasHeader && !labelColumn.isEmpty ? names.indices.filter { header.texts[$0] == labelColumn } : []
        guard named.count <= 1 else {
            throw .severalColumns(path: reader.path, name: labelColumn, columns: named.map { $0 + 1 })
        }
        guard let label = named.first ?? byPosition else {
            throw .noSuchColumn(path: reader.path, name: labelColumn, available: names, hasHeader: hasHeader)
        }
        guard count > 1 else { throw .noFeatureColumns(path: reader.path) }
        self.label = label
        features = names.indices.filter { $0 != label }
    }
}
