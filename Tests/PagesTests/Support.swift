import Foundation
import Testing

@testable import Pages

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Numbers that look like chance and are the same in each test.
struct Chance {
    var state: UInt64

    /// From 0 to 1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 31)
    }
}

/// The elements of markup as an XML parser reads them, which is stricter than a browser.
final class Elements: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
    }

    private(set) var all: [Element] = []
    private var open: [Int] = []

    init(_ html: String, sourceLocation: SourceLocation = #_sourceLocation) {
        super.init()
        let text = html.replacing("<!DOCTYPE html>", with: "")
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")", sourceLocation: sourceLocation)
    }

    /// The elements whose class has a word.
    func styled(_ word: String) -> [Element] {
        all.filter { $0.attributes["class"]?.split(separator: " ").contains { $0 == word } ?? false }
    }

    func named(_ name: String) -> [Element] { all.filter { $0.name == name } }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(all.count)
        all.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        for place in open { all[place].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }
}
