/// Points on a plane, as of predictions against targets, or of samples by two features.
package struct ScatterChart: Block {
    /// Points with a name, a colour and a shape of their own.
    package struct Group: Sendable {
        let name: String
        let points: [Point]

        /// A point that is not finite is left out, and told.
        package init(_ name: String, _ points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    /// What stands behind the points.
    package enum Background: Sendable {
        /// Nothing.
        case plain
        /// The line on which y equals x, on axes of the same range.
        case diagonal
        /// The areas of a decision, whose range is that of the axes.
        case decision(DecisionRaster)
    }

    private let title: String
    private let horizontalTitle: String
    private let verticalTitle: String
    private let groups: [Group]
    private let background: Background
    private let caption: String

    /// More points than this say no more in a plot of this size.
    private static let most = 2000

    /// `horizontal` and `vertical` are the titles of the axes; the background has the classes in the order of `groups`.
    package init(
        title: String, horizontal: String, vertical: String, groups: [Group], background: Background = .plain,
        caption: String = ""
    ) {
        self.title = title
        self.horizontalTitle = horizontal
        self.verticalTitle = vertical
        self.groups = groups
        self.background = background
        self.caption = caption
    }

    package var markup: Markup {
        guard let (horizontal, vertical) = scales else {
            let nothing = Markup("p", ["class": "nothing"], text: "No point can be shown.")
            return Figure(title: title, kind: "chart", caption: caption, drawing: [nothing]).markup
        }
        let plot = Plot(
            horizontal: horizontal, vertical: vertical, horizontalTitle: horizontalTitle,
            verticalTitle: verticalTitle, shape: .square, description: description)
        let places = groups.map { group in
            group.points.compactMap(plot.place).filter { (0...1).contains($0.x) && (0...1).contains($0.y) }
        }
        let shown = Thinning.scattered(places, limit: Self.most)
        let marks = shown.enumerated().flatMap { number, points in
            points.map { SeriesStyle(number: number).mark($0.x, $0.y) }
        }
        return Figure(
            title: title, kind: "chart", caption: note(inPlot: Self.count(places), shown: Self.count(shown)),
            drawing: legend + [plot.markup(marks: backgroundMarks + marks)]
        ).markup
    }

    /// The axes, or nothing where there is nothing to show.
    private var scales: (horizontal: Scale, vertical: Scale)? {
        if case .decision(let raster) = background {
            return (.tight(raster.horizontal, areWhole: false), .tight(raster.vertical, areWhole: false))
        }
        let points = groups.flatMap(\.points).filter(Self.canShow)
        guard let across = Scale.range(of: points.lazy.map(\.x)), let upwards = Scale.range(of: points.lazy.map(\.y))
        else {
            return nil
        }
        guard case .diagonal = background else { return (Self.scale(across), Self.scale(upwards)) }
        let low = min(across.lowerBound, upwards.lowerBound)
        let both = Self.scale(low...max(across.upperBound, upwards.upperBound))
        return (both, both)
    }

    /// An axis with a margin, so that no point stands on the edge.
    private static func scale(_ range: ClosedRange<Double>) -> Scale {
        let margin = 0.03 * (range.upperBound - range.lowerBound)
        return .tight(range.lowerBound - margin...range.upperBound + margin, areWhole: false)
    }

    private var backgroundMarks: [Markup] {
        switch background {
        case .plain: []
        case .diagonal: [Plot.guide(from: Point(x: 0, y: 1), to: Point(x: 1, y: 0))]
        case .decision(let raster): [raster.picture.stretched]
        }
    }

    private var legend: [Markup] {
        guard groups.count > 1 else { return [] }
        let entries = groups.enumerated().map { number, group in
            (sample: SeriesStyle(number: number).sample(hasLine: false, hasMarker: true), letter: "", name: group.name)
        }
        return [Legend(entries: entries).markup]
    }

    private static func canShow(_ point: Point) -> Bool {
        AxisKind.linear.canShow(point.x) && AxisKind.linear.canShow(point.y)
    }

    private static func count(_ groups: [[Point]]) -> Int { groups.reduce(0) { $0 + $1.count } }

    // MARK: Words

    private var description: String {
        let parts = groups.map { "\($0.name): \(Numeral.whole($0.points.count)) points." }
        return "\(title): \(verticalTitle) over \(horizontalTitle). " + parts.joined(separator: " ")
    }

    /// The caption, and which points the plot leaves out.
    private func note(inPlot: Int, shown: Int) -> String {
        let points = groups.flatMap(\.points)
        let infinite = points.count { !Self.canShow($0) }
        let outside = points.count - infinite - inPlot
        var diagonal = ""
        if case .diagonal = background { diagonal = "On the dashed line both are equal." }
        return Figure.sentences([
            caption, diagonal,
            shown < inPlot
                ? "\(Numeral.whole(shown)) of \(Numeral.whole(inPlot)) points are drawn, one for those close together."
                : "",
            outside > 0 ? "Points outside the plot: \(Numeral.whole(outside))." : "",
            infinite > 0 ? "Points that are not finite: \(Numeral.whole(infinite))." : "",
        ])
    }
}
