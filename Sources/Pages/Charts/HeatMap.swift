/// A confusion matrix: how many samples of each class were predicted as which class.
package struct HeatMap: Block {
    private let title: String
    private let classes: [String]
    private let counts: [[Int]]
    private let caption: String

    /// With more classes than this, the matrix is a picture without numbers.
    private static let mostWithText = 40
    /// The most classes that fit on paper at their usual size.
    private static let mostOnPaper = 15
    /// Steps of the shade, beside none.
    private static let levels = 10

    /// `counts` has a row for each true class, and in it a count for each predicted class, in the order of `classes`.
    package init(title: String, classes: [String], counts: [[Int]], caption: String = "") {
        self.title = title
        self.classes = classes
        self.counts = counts
        self.caption = caption
    }

    package var markup: Markup {
        let shade = "The shade grows with the square root of a count's share of its row."
        guard classes.count > Self.mostWithText else {
            let drawing = Figure.scrolling(title, table)
            return Figure(
                title: title, kind: "matrix", caption: Figure.sentences([caption, shade]), drawing: [drawing]
            ).markup
        }
        let order = "From the top down the true classes and from left to right the predicted ones, in the same order: "
        let ends = "from \(classes.first ?? "") to \(classes.last ?? "")."
        return Figure(
            title: title, kind: "matrix", caption: Figure.sentences([caption, order + ends, shade]), drawing: picture
        ).markup
    }

    /// The share of its row that a cell shows, as a square root, in which also rare confusions are seen.
    private static func shade(_ count: Int, of total: Int) -> Double {
        total > 0 ? (Double(count) / Double(total)).squareRoot() : 0
    }

    // MARK: Table

    private var table: Markup {
        let corner = Markup(
            "th", ["class": "corner"],
            [Markup("span", text: "true ↓"), Markup(text: " "), Markup("span", text: "predicted →")])
        let headings = classes.map { name in
            Markup("th", ["scope": "col"], [Markup("span", text: name)])
        }
        // Short names are read more easily upright.
        let isUpright = classes.allSatisfy { $0.count <= 3 }
        let longest = counts.flatMap(\.self).max().map { Numeral.whole($0).count } ?? 0
        // On paper a large matrix cannot scroll.
        let kinds = ["confusion"] + (isUpright ? ["upright"] : []) + (classes.count > Self.mostOnPaper ? ["dense"] : [])
        return Markup(
            "table",
            [
                "class": kinds.joined(separator: " "), "aria-label": title,
                "style": "--cell:\(max(28, 9 + 7 * longest))px",
            ],
            [
                Markup("thead", [:], [Markup("tr", [:], [corner] + headings)]),
                Markup("tbody", [:], [Markup(zip(classes, counts).enumerated().map(row))]),
            ])
    }

    private func row(_ number: Int, _ row: (name: String, counts: [Int])) -> Markup {
        let total = row.counts.reduce(0, +)
        let cells = row.counts.enumerated().map { column, count in
            Self.cell(count, of: total, isRight: column == number)
        }
        return Markup("tr", [:], [Markup("th", ["scope": "row"], text: row.name)] + cells)
    }

    private static func cell(_ count: Int, of total: Int, isRight: Bool) -> Markup {
        let level = count == 0 ? 0 : max(1, Int((Double(levels) * shade(count, of: total)).rounded()))
        let kinds = (level > 0 ? ["s\(level)"] : []) + (isRight ? ["right"] : [])
        return Markup(
            "td", kinds.isEmpty ? [:] : ["class": kinds.joined(separator: " ")],
            text: count == 0 ? "·" : Numeral.whole(count))
    }

    // MARK: Picture

    private var picture: [Markup] {
        let pixels = counts.flatMap { row in
            let total = row.reduce(0, +)
            return row.map { UInt8(255 - (255 * Self.shade($0, of: total)).rounded()) }
        }
        let picture = Picture(width: classes.count, height: counts.count, kind: .grey, pixels: pixels)
        // Cells of whole pixels; a matrix wider than its column scrolls.
        let size = classes.count * max(2, 520 / classes.count)
        let description = "\(title), \(classes.count) classes"
        return picture.map {
            [Figure.scrolling(title, $0.markup(width: size, description: description, style: "shades"))]
        } ?? []
    }
}
