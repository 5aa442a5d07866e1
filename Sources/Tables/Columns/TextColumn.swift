/// The cells of a column as text, in UTF-8, one after another.
package struct TextColumn: Sendable {
    private var bytes: [UInt8] = []
    /// Where each cell ends in `bytes`.
    private var ends: [Int] = []
    /// Whether all texts were valid UTF-8 in the file.
    private(set) var isUTF8 = true
    /// How its numbers are written.
    var decimalMark = DecimalMark.point
    /// Whether its cells are texts even where they look like numbers.
    private let isText: Bool

    init(isText: Bool = false) { self.isText = isText }

    package var count: Int { ends.count }

    package subscript(row: Int) -> String {
        String(decoding: bytes[range(row)], as: UTF8.self)
    }

    /// The cells as numbers; nil if one is not a finite number, or they are texts.
    package func numbers() -> [Double]? {
        guard !isText else { return nil }
        var numbers: [Double] = []
        numbers.reserveCapacity(count)
        for row in 0..<count {
            let number = withCell(row) { NumberSyntax.number($0, mark: decimalMark) }
            guard let number, number.isFinite else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// Whether a cell is a finite number.
    package func isNumber(_ row: Int) -> Bool {
        withCell(row) { NumberSyntax.number($0, mark: decimalMark)?.isFinite == true }
    }

    /// The different texts in order of first appearance, the index of its text for each row, and the first row of each text.
    package func coded() -> (texts: [String], codes: [Int32], firstRows: [Int]) {
        var table = TextCodes()
        var codes: [Int32] = []
        var firstRows: [Int] = []
        codes.reserveCapacity(count)
        for row in 0..<count {
            let code = withCell(row) { table.code(of: $0) }
            if code == firstRows.count { firstRows.append(row) }
            codes.append(code)
        }
        return (table.texts, codes, firstRows)
    }

    mutating func append(_ cell: Cell) {
        if !cell.appendUTF8(to: &bytes) { isUTF8 = false }
        ends.append(bytes.count)
    }

    /// Whether a row has this text.
    func has(_ text: UnsafeBufferPointer<UInt8>, at row: Int) -> Bool {
        withCell(row) { $0.bytes.count == text.count && $0.bytes.elementsEqual(text) }
    }

    private func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

    func withCell<Result>(_ row: Int, _ body: (Cell) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(Cell(bytes: UnsafeBufferPointer(rebasing: $0[range(row)]))) }
    }
}
