/// The names of lines at their ends, moved apart where they would cover each other.
struct EndLabels {
    struct Label {
        var text: String
        var style: SeriesStyle
        /// The end of the line, in positions from 0 to 1.
        var end: Point
    }

    var labels: [Label]

    /// The height of a label in pixels.
    private static let lineHeight = 14.0
    /// With more labels than this, they would fill the height of a plot.
    static let most = 16
    /// A line that ends left of this, as that of a run stopped early, has its label in the plot.
    private static let rightEdge = 0.97

    /// The room that the labels need on the right of the plot, in pixels.
    var rightMargin: Double {
        24 + (labels.filter(Self.isOnTheRight).map { Plot.width(of: $0.text) }.max() ?? 0)
    }

    var markup: [Markup] {
        let right = labels.filter(Self.isOnTheRight)
        let heights = Self.apart(right.map { Plot.height * $0.end.y }).map { $0 / Plot.height }
        let rightMarkup = zip(right, heights).flatMap { label, height in
            [
                Markup(
                    empty: "line",
                    [
                        "class": "leader", "x1": "2", "x2": "13", "y1": Numeral.share(label.end.y),
                        "y2": Numeral.share(height),
                    ]),
                Self.text(label, x: "16", y: height, dx: "0"),
            ]
        }
        let inner = labels.filter { !Self.isOnTheRight($0) }.map { label in
            Self.text(label, x: Numeral.share(label.end.x), y: label.end.y, dx: "6")
        }
        return inner + [Markup("svg", ["x": "100%"], rightMarkup)]
    }

    private static func isOnTheRight(_ label: Label) -> Bool { label.end.x >= rightEdge }

    private static func text(_ label: Label, x: String, y: Double, dx: String) -> Markup {
        Markup(
            "text",
            ["class": "label \(label.style.color)", "x": x, "y": Numeral.share(y), "dx": dx, "dy": ".32em"],
            text: label.text)
    }

    /// Heights in the same order, at least a line apart, near the given ones, and within the plot as far as they fit.
    static func apart(_ heights: [Double]) -> [Double] {
        let order = heights.indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
        var moved = heights
        var next = 0.0
        for place in order {
            moved[place] = max(heights[place], next)
            next = moved[place] + lineHeight
        }
        var limit = Plot.height
        for place in order.reversed() {
            moved[place] = min(moved[place], limit)
            limit = moved[place] - lineHeight
        }
        return moved
    }
}
