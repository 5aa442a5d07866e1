import Foundation
import Testing

@testable import Pages

/// Curves, and what is left out of them.
@Suite struct LineChartTests {
    private static func chart(
        _ series: [LineChart.Series], kind: AxisKind = .linear, title: String = "Loss"
    ) -> LineChart {
        LineChart(title: title, horizontal: "epoch", vertical: "loss", kind: kind, series: series)
    }

    private static func points(_ values: [Double]) -> [Point] {
        values.enumerated().map { Point(x: Double($0.offset + 1), y: $0.element) }
    }

    /// How many times the pen is set down in the curves.
    private static func pieces(_ chart: LineChart) -> Int {
        Elements(chart.markup.html).styled("curve").reduce(0) { total, curve in
            total + (curve.attributes["d"]?.count { $0 == "M" } ?? 0)
        }
    }

    // MARK: Thinning

    @Test func thinnedLinesKeepTheExtremesOfEachColumn() throws {
        var chance = Chance(state: 7)
        let points = (0..<16_384).map { Point(x: Double($0) / 16_384, y: chance.next()) }
        let kept = try #require(Thinning.lines(points, columns: 64).first)
        #expect(kept.count <= 4 * 64)
        for column in 0..<64 {
            let range = Double(column) / 64..<Double(column + 1) / 64
            let all = points.filter { range.contains($0.x) }.map(\.y)
            let left = kept.filter { range.contains($0.x) }.map(\.y)
            #expect(
                left.min() == all.min() && left.max() == all.max() && left.first == all.first && left.last == all.last)
        }
    }

    @Test func shortLinesStayWhole() {
        let points = (0..<300).map { Point(x: Double($0) / 299, y: Double($0 % 7)) }
        #expect(Thinning.lines(points, columns: 200) == [points])
    }

    @Test func hundredsOfThousandsOfPointsAreSmallOnThePage() {
        var chance = Chance(state: 8)
        let points = (0..<300_000).map { Point(x: Double($0), y: chance.next()) }
        #expect(Self.chart([.init("step", points)]).markup.html.utf8.count < 40_000)
    }

    @Test func manyGapsDoNotMakeThePageLarge() {
        let points = (0..<100_000).map { Point(x: Double($0), y: $0.isMultiple(of: 2) ? .nan : Double($0 % 13)) }
        #expect(Self.chart([.init("step", points)]).markup.html.utf8.count < 60_000)
    }

    // MARK: Gaps

    @Test func valuesThatAreNotFiniteAreGapsAndAreTold() {
        let chart = Self.chart([.init("wide", Self.points([3, 2, .nan, .infinity, 1, 0.5]))])
        #expect(Self.pieces(chart) == 2)
        #expect(chart.markup.html.contains("Gaps in wide: 2 of 6 values, not finite, the first at 3."))
    }

    @Test func valuesWithoutALogarithmAreGapsAndAreTold() {
        let series = LineChart.Series("wide", Self.points([1, 0.1, 0, 0.1, 1]))
        #expect(Self.pieces(Self.chart([series])) == 1)
        let chart = Self.chart([series], kind: .logarithmic)
        #expect(Self.pieces(chart) == 2)
        #expect(chart.markup.html.contains("Gaps in wide: 1 of 5 values, not above 0, the first at 3."))
    }

    @Test func theAxisGoesOnWhereARunDiverged() {
        let elements = Elements(Self.chart([.init("a", Self.points([3, 2, 1, .nan, .nan]))]).markup.html)
        #expect(elements.styled("tick").map(\.text).contains("5"))
        #expect(elements.styled("curve").first?.attributes["d"]?.hasPrefix("M0 0l500 ") == true)
    }

    @Test func aPointBetweenGapsIsAMarker() {
        #expect(Elements(Self.chart([.init("a", Self.points([1, 2]))]).markup.html).named("use").isEmpty)
        let chart = Self.chart([.init("a", Self.points([1, 2, .nan, 3, .nan, 4, 5]))])
        #expect(Elements(chart.markup.html).named("use").count == 1)
    }

    @Test func oneEpochIsAMarkerInTheMiddle() {
        let markers = Elements(Self.chart([.init("a", Self.points([0.3]))]).markup.html).named("use")
        #expect(markers.map { $0.attributes["x"] } == ["50%"])
    }

    @Test func withoutValuesThereIsASentence() {
        for series in [[], [.init("a", [])], [.init("a", Self.points([.nan]))]] as [[LineChart.Series]] {
            #expect(Self.chart(series).markup.html.contains("No value can be shown."))
        }
    }

    @Test func pointsMayComeInAnyOrder() {
        let points = Self.points([3, 2, 1, 4])
        let shuffled = [points[2], points[0], points[3], points[1]]
        #expect(Self.chart([.init("a", shuffled)]).markup.html == Self.chart([.init("a", points)]).markup.html)
    }

    // MARK: Places

    @Test func curvesGoThroughThePlacesOfTheirPoints() throws {
        let chart = Self.chart([.init("a", Self.points([0, 10, 5]))])
        let path = try #require(Elements(chart.markup.html).styled("curve").first?.attributes["d"])
        // In units of 2,000 by 1,000 from the top left: (0, 1000), (1000, 0), (2000, 500).
        #expect(path == "M0 1000l1000-1000l1000 500")
    }

    // MARK: Names

    @Test func linesDifferAlsoWithoutColour() {
        let series = (0..<10).map { LineChart.Series("run \($0)", Self.points([1, 2, 3].map { $0 + Double($0) })) }
        let few = Elements(Self.chart(Array(series.prefix(5))).markup.html)
        let dashes = few.styled("curve").compactMap { $0.attributes["stroke-dasharray"] }
        #expect(Set(dashes).count == 5)
        let looks = (0..<40).map { number in
            let style = SeriesStyle(number: number)
            return "\(style.dash) \(style.marker)"
        }
        #expect(Set(looks).count == 40)
        #expect(!Elements(Self.chart(series).markup.html).named("use").isEmpty)
    }

    @Test func shortNamesStandAtTheEndsAndLongOnesInALegend() {
        let long = "a run with a name that nobody wants to read twice"
        let short = Elements(Self.chart([.init("training", Self.points([2, 1]))]).markup.html)
        #expect(short.styled("label").map(\.text) == ["training"] && short.styled("legend").isEmpty)
        let other = Elements(
            Self.chart([.init(long, Self.points([2, 1])), .init("b", Self.points([2, 1]))]).markup.html)
        #expect(other.styled("label").map(\.text).sorted() == ["A", "B"])
        #expect(other.styled("legend").first?.text.contains(long) == true)
    }

    @Test func labelsOfEqualEndsStandApart() {
        let moved = EndLabels.apart([239, 240, 120, 240, 0, 1])
        #expect(moved.allSatisfy { (0...Plot.height).contains($0) })
        let sorted = moved.sorted()
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 13.99 })
        #expect(moved[0] < moved[1] && moved[1] < moved[3] && moved[2] == 120)
    }

    @Test func theDrawingIsToldInWords() throws {
        let chart = Self.chart([.init("training", Self.points([2.5, .nan, 0.125]))])
        let drawing = try #require(Elements(chart.markup.html).named("svg").first { $0.attributes["role"] == "img" })
        #expect(drawing.attributes["aria-label"] == "Loss: loss over epoch. training: from 2.5 at 1 to 0.125 at 3.")
    }
}
