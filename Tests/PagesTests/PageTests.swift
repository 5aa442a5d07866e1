import Foundation
import Testing

@testable import Pages

/// Whole pages: that they are well-formed, self-contained and small.
@Suite struct PageTests {
    private static let hostile = #"<script>alert("a & b")</script> it's"#

    /// A page as a report of runs would be, with names that try to break it.
    private static func page(runs: Int = 3, epochs: Int = 20, sections: Int = 5) throws -> Page {
        var chance = Chance(state: 2)
        let names = (0..<runs).map { "\(hostile) \($0)" }
        let charts = (0..<8).map { number in
            LineChart(
                title: "\(hostile) \(number)", horizontal: hostile, vertical: hostile,
                kind: number.isMultiple(of: 2) ? .linear : .logarithmic,
                series: names.map { name in
                    .init(name, (1...epochs).map { Point(x: Double($0), y: 0.1 + chance.next() / Double($0)) })
                }, caption: hostile)
        }
        let digit = (0..<784).map { _ in UInt8(255 * chance.next()) }
        let picture = try #require(Picture(width: 28, height: 28, kind: .grey, pixels: digit))
        let raster = try #require(
            DecisionRaster(
                classes: (0..<40_000).map { $0 % 200 < 90 ? 0 : 1 }, width: 200, height: 200, horizontal: 0...1,
                vertical: 0...1))
        let points = (0..<5000).map { _ in Point(x: chance.next(), y: chance.next()) }
        let weights = (0..<5000).map { _ in Float(chance.next()) }
        let classes = (0..<40).map { "\(hostile) \($0)" }
        let counts = classes.map { _ in classes.map { _ in Int(90 * chance.next()) } }
        let blocks: [any Block] = [
            Row(charts),
            ScatterChart(
                title: hostile, horizontal: hostile, vertical: hostile,
                groups: [.init(hostile, points), .init("b", points)], background: .decision(raster), caption: hostile),
            Histograms(title: hostile, panels: (0..<20).map { _ in .init(hostile, values: weights) }, caption: hostile),
            BarChart(title: hostile, bars: classes.map { .init($0, chance.next(), text: hostile) }, caption: hostile),
            HeatMap(title: hostile, classes: classes, counts: counts, caption: hostile),
            PictureGrid(
                title: hostile, items: Array(repeating: .init(picture, lines: [hostile]), count: 50), caption: hostile),
            Table(title: hostile, columns: [.text(hostile), .number("n")], rows: [[hostile, "1"]], caption: hostile),
            Paragraph(hostile),
        ]
        let rest = (1..<sections).map { Page.Section("Part \($0)", [Paragraph("nothing")]) }
        return Page(title: hostile, summary: hostile, sections: [.init(hostile, blocks)] + rest)
    }

    @Test func namesCannotBreakOutOfTheirElements() throws {
        let html = try Self.page().html
        #expect(!html.contains("<script") && !html.contains("a & b"))
        let elements = Elements(html)
        #expect(
            elements.named("h1").map(\.text) == [Self.hostile] && elements.named("title").first?.text == Self.hostile)
        #expect(elements.named("script").isEmpty)
    }

    @Test func controlCharactersOfNamesBecomeSpaces() {
        #expect(Markup(text: "a\u{0}b\u{1b}[31mc\u{7f}\td").html == "a b [31mc \td")
    }

    @Test func pagesAskNoNetworkForAnything() throws {
        let html = try Self.page().html
        #expect(!html.contains("http") && !html.contains("url(") && !html.contains("@import") && !html.contains("//"))
        for element in Elements(html).all {
            #expect(!element.name.contains("script") && element.name != "link" && element.name != "iframe")
            for (name, value) in element.attributes.sorted(by: { $0.key < $1.key }) {
                #expect(!name.hasPrefix("on"))
                if name == "src" || name == "href" {
                    #expect(value.hasPrefix("data:image/png") || value.hasPrefix("#"))
                }
            }
        }
    }

    @Test func aThousandEpochsStayBelowTwoMegabytes() throws {
        #expect(try Self.page(runs: 10, epochs: 1000).html.utf8.count < 2_000_000)
    }

    @Test func everyReferenceHasItsTarget() throws {
        let all = Elements(try Self.page(runs: 10).html).all
        let identifiers = all.compactMap { $0.attributes["id"] }
        #expect(Set(identifiers).count == identifiers.count)
        let references = all.compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("#") }.map {
            String($0.dropFirst())
        }
        #expect(Set(references).isSubset(of: identifiers) && references.contains("section-5"))
        #expect(all.compactMap { $0.attributes["aria-labelledby"] }.allSatisfy(identifiers.contains))
    }

    @Test func fewSectionsNeedNoContents() throws {
        #expect(Elements(try Self.page(sections: 3).html).named("nav").isEmpty)
        #expect(Elements(try Self.page(sections: 4).html).named("nav").count == 1)
    }

    @Test func theSameFiguresMakeTheSameBytes() throws {
        #expect(try Self.page().html == Self.page().html)
    }

    @Test func everyColourOfTheChartsIsDefinedForBothSchemes() {
        let light = Style.sheet.prefix(
            upTo: Style.sheet.range(of: "prefers-color-scheme: dark")?.lowerBound ?? Style.sheet.endIndex)
        let dark = Style.sheet.dropFirst(light.count)
        for name in Set(Style.sheet.matches(of: /var\((--[\w-]+)\)/).map { String($0.1) }).sorted()
        where name != "--cell" {
            #expect(light.contains("\(name):") && dark.contains("\(name):"), "\(name)")
        }
    }
}
