import Foundation
import Testing

@testable import Pages

/// Points, bars, distributions, matrices and tables.
@Suite struct BlockTests {
    // MARK: Points

    private static func scatter(
        _ groups: [ScatterChart.Group], _ background: ScatterChart.Background = .plain
    ) -> ScatterChart {
        ScatterChart(title: "Points", horizontal: "x", vertical: "y", groups: groups, background: background)
    }

    @Test func manyPointsAreThinnedAndLonelyOnesStay() {
        var chance = Chance(state: 5)
        let crowd = (0..<50_000).map { _ in Point(x: 0.4 + 0.2 * chance.next(), y: 0.4 + 0.2 * chance.next()) }
        let lonely = [Point(x: 0.01, y: 0.99), Point(x: 0.99, y: 0.01)]
        let kept = Thinning.scattered([crowd + lonely, lonely], limit: 1000)
        #expect(kept[0].count + kept[1].count <= 1000 && kept[0].count > 300)
        #expect(lonely.allSatisfy { kept[0].contains($0) && kept[1].contains($0) })
        #expect(kept == Thinning.scattered([crowd + lonely, lonely], limit: 1000))
    }

    @Test func equalPointsAreOne() {
        let kept = Thinning.scattered([Array(repeating: Point(x: 0.5, y: 0.5), count: 5000)], limit: 1000)
        #expect(kept.map(\.count) == [1])
    }

    @Test func theDiagonalIsWherePredictionsEqualTargets() throws {
        let chart = Self.scatter([.init("test", [Point(x: 3, y: 60), Point(x: 35, y: 35)])], .diagonal)
        let elements = Elements(chart.markup.html)
        let mark = try #require(elements.named("use").last)
        let (x, y) = (try share(mark, "x"), try share(mark, "y"))
        let line = try #require(elements.styled("guide").first)
        #expect(
            try share(line, "x1") == 0 && share(line, "y1") == 100 && share(line, "x2") == 100 && share(line, "y2") == 0
        )
        #expect(abs(x + y - 100) < 0.02)
    }

    private func share(_ element: Elements.Element, _ name: String) throws -> Double {
        let text = try #require(element.attributes[name])
        return try #require(Double(text.replacing("%", with: "")))
    }

    @Test func classesDifferInShape() {
        let groups = (0..<12).map { ScatterChart.Group("class \($0)", [Point(x: Double($0), y: 1)]) }
        let marks = Elements(Self.scatter(groups).markup.html).named("use").compactMap { $0.attributes["href"] }
        #expect(Set(marks).count == 12)
        let looks = (0..<36).map { "\(SeriesStyle(number: $0).color) \(SeriesStyle(number: $0).marker)" }
        #expect(Set(looks).count == 36)
    }

    @Test func pointsThatCannotBeDrawnAreTold() throws {
        let raster = try #require(
            DecisionRaster(classes: [0, 1], width: 2, height: 1, horizontal: 0...1, vertical: 0...1))
        let points = [Point(x: 0.5, y: 0.5), Point(x: 7, y: 0.5), Point(x: .nan, y: 0)]
        let html = Self.scatter([.init("a", points)], .decision(raster)).markup.html
        #expect(html.contains("Points outside the plot: 1. Points that are not finite: 1."))
        #expect(Elements(html).named("use").count == 1 && Elements(html).named("image").count == 1)
        #expect(Self.scatter([.init("a", [])]).markup.html.contains("No point can be shown."))
    }

    // MARK: Bars

    @Test func barsAreProportionalToTheirValues() throws {
        let chart = BarChart(
            title: "Time",
            bars: [("a", 2), ("b", 8), ("c", 0), ("d", .nan)].map { .init($0.0, $0.1, text: "\($0.1) s") })
        let elements = Elements(chart.markup.html)
        #expect(elements.named("rect").map { $0.attributes["width"] } == ["25%", "100%", "0%", "0%"])
        #expect(elements.named("th").map(\.text) == ["a", "b", "c", "d"])
        #expect(elements.styled("number").map(\.text) == ["2.0 s", "8.0 s", "0.0 s", "nan s"])
    }

    @Test func barsOfNegativeValuesGoToTheLeftOfZero() {
        let chart = BarChart(title: "Change", bars: [.init("a", -1, text: "−1"), .init("b", 3, text: "3")])
        let bars = Elements(chart.markup.html).named("rect")
        #expect(
            bars.map { $0.attributes["x"] } == ["0%", "25%"] && bars.map { $0.attributes["width"] } == ["25%", "75%"])
    }

    // MARK: Distributions

    @Test func everyFiniteValueIsCountedOnce() {
        var chance = Chance(state: 9)
        let values = (0..<1000).map { _ in Float(chance.next() - 0.5) } + [.nan, .infinity, -.infinity]
        let distribution = Distribution(values)
        #expect(distribution.counts.reduce(0, +) == 1000)
        let finite = values.filter(\.isFinite)
        #expect(distribution.low == finite.min().map(Double.init) && distribution.high == finite.max().map(Double.init))
        let width = (distribution.high - distribution.low) / Double(distribution.counts.count)
        let inFirst = finite.count { Double($0) < distribution.low + width }
        #expect(distribution.counts.first == inFirst)
        #expect(distribution.words.prefix(2) == ["1,000 values", "and 3 not finite"])
    }

    @Test func equalValuesAndNoValuesHaveADistribution() {
        #expect(Distribution([2, 2]).words == ["2 values", "mean 2", "deviation 0"])
        #expect(Distribution([2, 2]).counts.filter { $0 > 0 } == [2])
        #expect(
            Distribution([]).words == ["no values"] && Distribution([.nan]).words == ["no values", "and 1 not finite"])
        let html = Histograms(title: "Weights", panels: [.init("a", values: []), .init("b", values: [1])]).markup.html
        #expect(Elements(html).styled("area").count == 1)
    }

    // MARK: Matrices

    @Test func matricesShowCountsUnderTheirClasses() {
        let elements = Elements(
            HeatMap(title: "Confusion", classes: ["cat", "dog"], counts: [[1000, 0], [25, 75]]).markup.html)
        #expect(elements.named("td").map(\.text) == ["1,000", "·", "25", "75"])
        #expect(elements.named("th").map(\.text) == ["true ↓ predicted →", "cat", "dog", "cat", "dog"])
        #expect(elements.named("td").map { $0.attributes["class"] } == ["s10 right", nil, "s5", "s9 right"])
        #expect(elements.styled("scroll").count == 1)
    }

    @Test func manyClassesAreAPicture() {
        let classes = (0..<41).map { "class \($0)" }
        let counts = (0..<41).map { row in (0..<41).map { $0 == row ? 5 : 0 } }
        let elements = Elements(HeatMap(title: "Confusion", classes: classes, counts: counts).markup.html)
        #expect(elements.named("img").count == 1 && elements.named("td").isEmpty)
        #expect(elements.styled("note").first?.text.contains("from class 0 to class 40.") == true)
    }

    // MARK: Tables

    @Test func tablesHaveHeadingsOfRowsAndColumnsAndNumbersOnTheRight() {
        let table = Table(
            title: "Classes", columns: [.text("class"), .number("recall")], rows: [["cat", "0.9"], ["dog", "1"]])
        let elements = Elements(table.markup.html)
        #expect(elements.named("th").map { $0.attributes["scope"] } == ["col", "col", "row", "row"])
        #expect(elements.styled("number").map(\.text) == ["recall", "0.9", "1"])
    }
}
