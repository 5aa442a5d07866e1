/// A self-contained HTML page: no script, and nothing that a browser would ask a network for.
package struct Page: Sendable {
    /// Blocks under a heading.
    package struct Section: Sendable {
        let title: String
        let blocks: [any Block]

        /// The title stands also in the table of contents.
        package init(_ title: String, _ blocks: [any Block]) {
            self.title = title
            self.blocks = blocks
        }
    }

    private let title: String
    private let summary: String
    private let sections: [Section]

    /// With fewer sections than this, a reader sees them all without a table of contents.
    private static let fewestSectionsOfContents = 4

    /// `summary` is a sentence or two under the title.
    package init(title: String, summary: String, sections: [Section]) {
        self.title = title
        self.summary = summary
        self.sections = sections
    }

    /// The file: the same bytes for the same sections.
    package var html: String {
        let header = Markup("header", [:], [Markup("h1", text: title), Markup("p", text: summary)])
        let body =
            [MarkerShape.definitions, header]
            + (sections.count < Self.fewestSectionsOfContents ? [] : [contents])
            + [Markup("main", [:], [Markup(sections.enumerated().map(Self.markup))])]
        return Markup.document(title: title, style: .style(Style.sheet), body: body).html
    }

    private var contents: Markup {
        let entries = sections.enumerated().map { number, section in
            Markup("li", [:], [Markup("a", ["href": "#\(Self.anchor(number))"], text: section.title)])
        }
        return Markup("nav", ["aria-label": "Contents"], [Markup("ol", [:], entries)])
    }

    private static func markup(number: Int, section: Section) -> Markup {
        let heading = Markup("h2", ["id": "\(anchor(number))-title"], text: section.title)
        return Markup(
            "section", ["id": anchor(number), "aria-labelledby": "\(anchor(number))-title"],
            [Markup([heading] + section.blocks.map(\.markup))])
    }

    private static func anchor(_ number: Int) -> String { "section-\(number + 1)" }
}

/// A paragraph of text.
package struct Paragraph: Block {
    private let text: String

    /// The text may have any characters.
    package init(_ text: String) { self.text = text }

    package var markup: Markup { Markup("p", text: text) }
}

/// Blocks beside each other where the page is wide enough, and below each other where it is not.
package struct Row: Block {
    private let blocks: [any Block]

    /// The blocks stand in the given order, row by row.
    package init(_ blocks: [any Block]) { self.blocks = blocks }

    package var markup: Markup { Markup("div", ["class": "row"], [Markup(blocks.map(\.markup))]) }
}

/// The frame that all figures share: a title, the drawing, and what is to be said about it.
struct Figure {
    var title: String
    var kind: String
    var caption: String
    var drawing: [Markup]

    var markup: Markup {
        let note = caption.isEmpty ? [] : [Markup("p", ["class": "note"], text: caption)]
        return Markup("figure", ["class": kind], [Markup("figcaption", text: title)] + drawing + note)
    }

    /// A box that scrolls by itself, also with the keyboard, so that the page does not.
    static func scrolling(_ label: String, _ content: Markup) -> Markup {
        Markup("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": label], [content])
    }

    /// Sentences in a row, without those that are empty.
    static func sentences(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: " ") }
}
