/// Curves over a common horizontal axis, as of the loss over epochs, of one run or of several.
package struct LineChart: Block {
    /// A curve with a name. A y that is not finite is a gap in it.
    package struct Series: Sendable {
        let name: String
        let points: [Point]

        /// The points may come in any order of x.
        package init(_ name: String, _ points: [Point]) {
            self.name = name
            let placed = points.filter { AxisKind.linear.canShow($0.x) }
            let isInOrder = zip(placed, placed.dropFirst()).allSatisfy { $0.x <= $1.x }
            self.points =
                isInOrder
                ? placed
                : placed.enumerated().sorted { ($0.element.x, $0.offset) < ($1.element.x, $1.offset) }.map(\.element)
        }
    }

    private let title: String
    private let horizontalTitle: String
    private let verticalTitle: String
    private let kind: AxisKind
    private let series: [Series]
    private let caption: String

    /// Pixel columns that are told apart.
    private static let columns = 500
    /// The widest names in pixels that stand at the ends of their lines; wider ones stand in a legend.
    private static let widestEndLabel = 84.0
    /// How many markers a line has where dash patterns are not enough to tell the lines apart.
    private static let markersOnALine = 4

    /// `horizontal` and `vertical` are the titles of the axes; curves look alike in all charts that have the same order.
    package init(
        title: String, horizontal: String, vertical: String, kind: AxisKind = .linear, series: [Series],
        caption: String = ""
    ) {
        self.title = title
        self.horizontalTitle = horizontal
        self.verticalTitle = kind == .logarithmic ? "\(vertical), logarithmic" : vertical
        self.kind = kind
        self.series = series
        self.caption = caption
    }

    package var markup: Markup {
        // The axis has also the gaps at its ends, so that a run that diverged is seen to have gone on.
        let places = series.lazy.flatMap(\.points).map(\.x)
        let values = series.lazy.flatMap(\.points).map(\.y).filter(kind.canShow)
        guard let across = Scale.range(of: places), let upwards = Scale.range(of: values) else {
            let nothing = Markup("p", ["class": "nothing"], text: "No value can be shown.")
            return Figure(title: title, kind: "chart", caption: note, drawing: [nothing]).markup
        }
        var plot = Plot(
            horizontal: .tight(across, areWhole: places.allSatisfy { $0 == $0.rounded() }),
            vertical: .rounded(kind, covering: upwards), horizontalTitle: horizontalTitle,
            verticalTitle: verticalTitle, description: description)
        let lines = series.map { series in
            Thinning.lines(
                series.points.map { point in
                    // A gap keeps its x, and loses its y.
                    plot.place(point) ?? Point(x: plot.horizontal.position(point.x), y: .nan)
                }, columns: Self.columns)
        }
        let labels = endLabels(lines)
        plot.rightMargin = labels.rightMargin
        let marks = lines.enumerated().flatMap { curve($0.element, style: SeriesStyle(number: $0.offset)) }
        return Figure(
            title: title, kind: "chart", caption: note,
            drawing: legend + [plot.markup(marks: marks + labels.markup)]
        ).markup
    }

    // MARK: Marks

    private func curve(_ lines: [[Point]], style: SeriesStyle) -> [Markup] {
        // A single point is no line, so it needs a marker to be seen.
        let alone = lines.filter { $0.count == 1 }.flatMap(\.self)
        let markers = alone + (hasMarkers ? Self.spread(lines.flatMap(\.self), number: style.number) : [])
        return [Plot.curves(lines.filter { $0.count > 1 }, style: style)] + markers.map { style.mark($0.x, $0.y) }
    }

    private var hasMarkers: Bool { !SeriesStyle.dashesSuffice(for: series.count) }

    /// A few points of a line, at other places on the next line, so that the markers of close lines stay apart.
    private static func spread(_ points: [Point], number: Int) -> [Point] {
        let shift = Double(number % SeriesStyle.colorCount) / Double(SeriesStyle.colorCount)
        return (0..<markersOnALine).compactMap { place in
            let x = (Double(place) + shift) / Double(markersOnALine)
            return points.first { $0.x >= x }
        }
    }

    // MARK: Names

    /// Short names stand at the ends of the lines; others in a legend, with a letter at the ends.
    private var namesStandAtEnds: Bool {
        !hasMarkers && series.allSatisfy { Plot.width(of: $0.name) <= Self.widestEndLabel }
    }

    private var legend: [Markup] {
        guard !namesStandAtEnds else { return [] }
        let entries = series.enumerated().map { number, series in
            (
                sample: SeriesStyle(number: number).sample(hasLine: true, hasMarker: hasMarkers),
                letter: letter(number), name: series.name
            )
        }
        return [Legend(entries: entries).markup]
    }

    private func letter(_ number: Int) -> String {
        guard series.count <= EndLabels.most else { return "" }
        return String(UnicodeScalar(UInt8(ascii: "A") + UInt8(number)))
    }

    private func endLabels(_ lines: [[[Point]]]) -> EndLabels {
        let labels = zip(series, lines).enumerated().compactMap { number, pair -> EndLabels.Label? in
            let text = namesStandAtEnds ? pair.0.name : letter(number)
            guard !text.isEmpty, let end = pair.1.last?.last else { return nil }
            return EndLabels.Label(text: text, style: SeriesStyle(number: number), end: end)
        }
        return EndLabels(labels: labels)
    }

    // MARK: Words

    /// The chart in words: where each curve begins and ends.
    private var description: String {
        let curves = series.map { series in
            let shown = series.points.filter { kind.canShow($0.y) }
            guard let first = shown.first, let last = shown.last else { return "\(series.name): no values." }
            let ends = [first, last].map { "\(Numeral.short($0.y)) at \(Numeral.short($0.x))" }
            return "\(series.name): from \(ends[0]) to \(ends[1])."
        }
        return "\(title): \(verticalTitle) over \(horizontalTitle). " + curves.joined(separator: " ")
    }

    /// The caption, and what the curves leave out.
    private var note: String {
        let gaps = series.flatMap { series in
            [
                Self.gap(series, "not finite") { !AxisKind.linear.canShow($0) },
                Self.gap(series, "not above 0") { AxisKind.linear.canShow($0) && !kind.canShow($0) },
            ]
        }
        return Figure.sentences([caption] + gaps)
    }

    private static func gap(_ series: Series, _ reason: String, where isGap: (Double) -> Bool) -> String {
        let missing = series.points.filter { isGap($0.y) }
        guard let first = missing.first else { return "" }
        return "Gaps\(series.name.isEmpty ? "" : " in \(series.name)"): \(Numeral.whole(missing.count)) of "
            + "\(Numeral.whole(series.points.count)) values, \(reason), the first at \(Numeral.short(first.x))."
    }
}
