/// Which columns a CSV file has, and what each is for.
struct CSVColumns {
    let names: [String]
    /// Whether the first row is a header, which names them; they are named by position otherwise.
    let haveHeader: Bool
    /// The position of the label column, from 0.
    let label: Int
    /// The positions of all others.
    let features: [Int]

    /// Settles the columns by the first row, which `reader` is at, and rows below it.
    /// - Parameter haveHeader: Whether the first row is a header; nil where the rows are to tell.
    init(firstRow reader: inout CSVReader, labelColumn: String, haveHeader known: Bool?) throws(CSVError) {
        let count = reader.fieldCount
        let byPosition = Int(labelColumn).flatMap { (1...count).contains($0) ? $0 - 1 : nil }
        let header = try CSVHeader(&reader)
        haveHeader =
            if let known { known } else {
                try header.isHeader(label: labelColumn, position: byPosition, reader: reader)
            }
        names = haveHeader ? try header.names(reader) : (1...count).map(String.init)

        // A column without a name cannot be meant by one.
        let named = haveHeader && !labelColumn.isEmpty ? names.indices.filter { header.texts[$0] == labelColumn } : []
        guard named.count <= 1 else {
            throw .severalColumns(path: reader.path, name: labelColumn, columns: named.map { $0 + 1 })
        }
        guard let label = named.first ?? byPosition else {
            throw .noSuchColumn(path: reader.path, name: labelColumn, available: names, haveHeader: haveHeader)
        }
        guard count > 1 else { throw .noFeatureColumns(path: reader.path) }
        self.label = label
        features = names.indices.filter { $0 != label }
    }
}
