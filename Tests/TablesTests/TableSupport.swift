import TestSupport

@testable import Tables

extension WorkFiles {
    /// The table that a file with these bytes is read as.
    func table(
        bytes: some Collection<UInt8>, label: String? = nil, _ ask: (inout TableRequest) -> Void = { _ in }
    ) throws -> Table {
        var request = TableRequest(label: label)
        ask(&request)
        return try Table(contentsOf: write(bytes), request: request)
    }

    /// The table that a file with this text is read as.
    func table(
        _ text: String, label: String? = nil, _ ask: (inout TableRequest) -> Void = { _ in }
    ) throws -> Table {
        try table(bytes: text.utf8, label: label, ask)
    }
}

extension Table {
    /// All values, row by row.
    var features: [Double] {
        var all: [Double] = []
        values.forEachBlock { _, _, values in all += values }
        return all
    }

    var names: [String] { columns.map(\.name) }

    /// The categories of a column.
    func categories(_ column: Int) -> [String]? { columns[column].categories?.map(\.text) }
}

extension TextColumn {
    var texts: [String] { (0..<count).map { self[$0] } }
}
