/// Which columns a CSV file has, and what each is for.
struct CSVColumns {
    let names: [String]
    /// Whether the first row is a header, which names them; they are named by position otherwise.
    let areNamed: Bool
    /// The position of the label column, from 0.
    let label: Int
    /// The positions of all others.
    let features: [Int]

    /// Settles the columns by the first row that `reader` is at.
    init(firstRow reader: borrowing CSVReader, labelColumn: String) throws(CSVError) {
        var texts: [String] = []
        var notNumbers: [Int] = []
        for index in 0..<reader.fieldCount {
            texts.append(reader.text(at: index))
            if reader.number(at: index) == nil { notNumbers.append(index) }
        }

        // A label that is text is no sign of a header where the user counts columns instead of naming one.
        let byPosition = Int(labelColumn).flatMap { (1...texts.count).contains($0) ? $0 - 1 : nil }
        areNamed = !notNumbers.isEmpty && notNumbers != [byPosition]
        names = areNamed ? texts : texts.indices.map { String($0 + 1) }
        guard let label = names.firstIndex(of: labelColumn) ?? byPosition else {
            throw .noSuchColumn(path: reader.path, name: labelColumn, available: names)
        }
        guard names.count > 1 else { throw .noFeatureColumns(path: reader.path) }
        self.label = label
        features = names.indices.filter { $0 != label }
    }
}
