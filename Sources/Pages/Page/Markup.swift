/// HTML or SVG in which all text is escaped: the only place of the module that writes a tag.
package struct Markup: Sendable {
    /// The text of a page.
    package let html: String

    /// Text as a reader shall see it.
    package init(text: String) { html = Self.escaped(text) }

    /// An element with a closing tag.
    init(_ tag: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []) {
        html = "<\(tag)\(Self.text(of: attributes))>" + children.map(\.html).joined() + "</\(tag)>"
    }

    /// An element of text.
    init(_ tag: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.init(tag, attributes, [Markup(text: text)])
    }

    /// An element without content.
    init(empty tag: String, _ attributes: KeyValuePairs<String, String>) {
        html = "<\(tag)\(Self.text(of: attributes))/>"
    }

    /// Elements one after the other.
    init(_ parts: [Markup]) { html = parts.map(\.html).joined(separator: "\n") }

    /// A style sheet, whose text HTML takes as it is.
    static func style(_ sheet: String) -> Markup { Markup(verbatim: "<style>\n\(sheet)\n</style>") }

    /// A whole document.
    static func document(title: String, style: Markup, body: [Markup]) -> Markup {
        let head = Markup([
            Markup(empty: "meta", ["charset": "utf-8"]),
            Markup(empty: "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            Markup(empty: "meta", ["name": "color-scheme", "content": "light dark"]),
            Markup("title", text: title),
            style,
        ])
        let root = Markup("html", ["lang": "en"], [Markup("head", [:], [head]), Markup("body", [:], [Markup(body)])])
        return Markup(verbatim: "<!DOCTYPE html>\n\(root.html)\n")
    }

    private init(verbatim html: String) { self.html = html }

    private static func text(of attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        // Most texts are numbers and paths, which have nothing to escape.
        guard text.utf8.contains(where: { entity(of: $0) != nil || isForbidden($0) }) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            if let entity = entity(of: byte) {
                bytes.append(contentsOf: entity.utf8)
            } else {
                bytes.append(isForbidden(byte) ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func entity(of byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }

    /// Control characters, which have no place in HTML and may be in names of files.
    private static func isForbidden(_ byte: UInt8) -> Bool { byte < 32 && byte != 9 && byte != 10 || byte == 127 }
}

/// What stands in a section of a page.
package protocol Block: Sendable {
    /// The block with all its text escaped.
    var markup: Markup { get }
}
