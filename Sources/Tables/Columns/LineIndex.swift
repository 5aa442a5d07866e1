/// The line of the file on which each row begins. Memory holds only the rows where lines and rows begin to differ anew.
struct LineIndex: Sendable {
    /// The first row of each stretch of rows that follow one another, and its line less the row.
    private(set) var stretches: [(row: Int, offset: Int)] = []
    private var rows = 0

    mutating func append(line: Int) {
        if stretches.last?.offset != line - rows { stretches.append((rows, line - rows)) }
        rows += 1
    }

    subscript(row: Int) -> Int {
        // The last stretch that begins at or before the row.
        var (low, high) = (0, stretches.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if stretches[middle].row <= row { low = middle } else { high = middle }
        }
        return row + stretches[low].offset
    }
}
