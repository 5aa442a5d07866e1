/// Collects the column of labels. Whether they are numbers is known only after the last row.
struct LabelColumn {
    var texts: TextColumn
    private let path: String
    private let name: String
    private var hasNumbersOnly: Bool
    /// The first label that is infinite, which among texts is a text.
    private var notFinite: CSVError?

    /// - Parameter isText: whether labels are texts even where they look like numbers.
    init(name: String, isText: Bool, path: String) {
        texts = TextColumn(isText: isText)
        hasNumbersOnly = !isText
        self.name = name
        self.path = path
    }

    /// - Throws: `CSVError.missingLabel`, `.ambiguousDecimal`.
    mutating func append(_ cell: Cell, row: Int, _ syntax: inout NumberSyntax) throws(CSVError) {
        guard !cell.isMissing else { throw .missingLabel(path: path, row: row, text: cell.text) }
        texts.append(cell)
        guard hasNumbersOnly else { return }
        do throws(CSVError) {
            let number = try syntax.number(cell, at: Place(path: path, row: row, column: name))
            hasNumbersOnly = number != nil
        } catch .notFinite(let path, let row, let column, let text) {
            notFinite = notFinite ?? .notFinite(path: path, row: row, column: column, text: text)
        }
    }

    /// Checks that labels that are numbers are finite.
    /// - Throws: `CSVError.notFinite`.
    func requireFinite() throws(CSVError) {
        if hasNumbersOnly, let notFinite { throw notFinite }
    }
}
