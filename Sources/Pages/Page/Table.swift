/// A table: a heading for each column, and the first cell of each row as that row's heading.
package struct Table: Block {
    /// A column's name, and whether it has numbers.
    package struct Column: Sendable {
        let name: String
        let isNumeric: Bool

        /// Words stand on the left.
        package static func text(_ name: String) -> Column { Column(name: name, isNumeric: false) }

        /// Numbers stand on the right, so that their digits are below each other.
        package static func number(_ name: String) -> Column { Column(name: name, isNumeric: true) }
    }

    private let title: String
    private let columns: [Column]
    private let rows: [[String]]
    private let caption: String

    /// Each row has a cell for each column.
    package init(title: String, columns: [Column], rows: [[String]], caption: String = "") {
        self.title = title
        self.columns = columns
        self.rows = rows
        self.caption = caption
    }

    /// Texts longer than this shall not become a narrow column of many lines.
    private static let longText = 24

    package var markup: Markup {
        let headings = columns.map { column in
            Markup("th", Self.attributes(column, scope: "col"), text: column.name)
        }
        let table = Markup(
            "table", ["aria-label": title],
            [
                Markup("thead", [:], [Markup("tr", [:], headings)]),
                Markup("tbody", [:], [Markup(rows.map(row))]),
            ])
        return Figure(title: title, kind: "table", caption: caption, drawing: [Figure.scrolling(title, table)]).markup
    }

    private func row(_ cells: [String]) -> Markup {
        let pairs = zip(columns, cells).enumerated()
        return Markup(
            "tr", [:],
            pairs.map { place, pair in
                place == 0
                    ? Markup("th", Self.attributes(pair.0, scope: "row"), text: pair.1)
                    : Markup("td", Self.attributes(pair.0, of: pair.1), text: pair.1)
            })
    }

    private static func attributes(_ column: Column, of text: String) -> KeyValuePairs<String, String> {
        column.isNumeric ? ["class": "number"] : text.count > longText ? ["class": "long"] : [:]
    }

    private static func attributes(_ column: Column, scope: String) -> KeyValuePairs<String, String> {
        column.isNumeric ? ["scope": scope, "class": "number"] : ["scope": scope]
    }
}
