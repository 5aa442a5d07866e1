/// Small pictures beside each other, as of the worst mistakes, or of the filters of a convolution.
package struct PictureGrid: Block {
    /// A picture with lines of text below, which may be none.
    package struct Item: Sendable {
        let picture: Picture
        let lines: [String]

        /// The lines are also what the picture is called where it cannot be seen.
        package init(_ picture: Picture, lines: [String] = []) {
            self.picture = picture
            self.lines = lines
        }
    }

    private let title: String
    private let items: [Item]
    private let caption: String

    /// The least width and height that a picture gets, in pixels of the page.
    private static let sizeWithText = 84
    private static let sizeAlone = 44

    /// The pictures stand in the given order, row by row.
    package init(title: String, items: [Item], caption: String = "") {
        self.title = title
        self.items = items
        self.caption = caption
    }

    package var markup: Markup {
        let hasText = items.contains { !$0.lines.isEmpty }
        let cells = items.enumerated().map { number, item in
            let lines = item.lines.map { Markup("span", text: $0) }
            let name = item.lines.isEmpty ? "\(title), number \(number + 1)" : item.lines.joined(separator: ", ")
            let picture = item.picture.markup(
                width: Self.width(item.picture, least: hasText ? Self.sizeWithText : Self.sizeAlone),
                description: name, style: "pixels")
            return Markup("li", [:], [picture] + lines)
        }
        let list = Markup("ul", ["class": hasText ? "pictures told" : "pictures"], [Markup(cells)])
        return Figure(title: title, kind: "grid", caption: caption, drawing: [list]).markup
    }

    /// A multiple of the picture's width, so that all its pixels are squares of the same size; large pictures stay as
    /// they are, and the style sheet keeps them within the page.
    private static func width(_ picture: Picture, least: Int) -> Int {
        let larger = max(picture.width, picture.height)
        return picture.width * max(1, (least + larger - 1) / larger)
    }
}
