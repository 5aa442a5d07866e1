/// The frame of a chart: axes with ticks, grid lines, and titles of the axes, around marks at positions from 0 to 1.
///
/// Marks are placed in percent of a drawing as wide as its column, so that texts and points keep their size on a phone.
struct Plot {
    enum Shape: String {
        case wide, square
    }

    var horizontal: Scale
    var vertical: Scale
    var horizontalTitle: String
    var verticalTitle: String
    var shape = Shape.wide
    /// Room for labels on the right, in pixels.
    var rightMargin = 18.0
    /// What the drawing shows, for those who cannot see it.
    var description: String

    /// The height of a wide plot in pixels, as the style sheet has it.
    static let height = 240.0
    /// The units of `curves`: fine enough for twice as many pixels as the widest page has.
    private static let units = (x: 2000.0, y: 1000.0)

    /// About the width of a tick or a label in pixels, generous for letters, right for East Asian characters.
    static func width(of text: String) -> Double { text.reduce(0) { $0 + ($1.isASCII ? 7 : 12) } }

    /// The place of a point of data, downwards from the top, or nothing where the axes have no such place.
    func place(_ point: Point) -> Point? {
        guard horizontal.kind.canShow(point.x), vertical.kind.canShow(point.y) else { return nil }
        return Point(x: horizontal.position(point.x), y: 1 - vertical.position(point.y))
    }

    func markup(marks: [Markup]) -> Markup {
        let widest = vertical.ticks.map { Self.width(of: $0.text) }.max() ?? 0
        let outermost = [horizontal.ticks.first, horizontal.ticks.last].map { $0.map { Self.width(of: $0.text) } ?? 0 }
        let left = Int(max(14 + widest, outermost[0] / 2 + 2))
        let right = Int(max(rightMargin, outermost[1] / 2 + 2))
        let drawing = Markup(
            "svg", ["role": "img", "aria-label": description],
            [Markup([Markup("title", text: description)] + rows + columns + marks)])
        return Markup(
            "div", ["class": "plot \(shape.rawValue)", "style": "padding:0 \(right)px 0 \(left)px"],
            [
                Markup("div", ["class": "above", "style": "margin-left:\(-left)px"], text: verticalTitle),
                drawing,
                Markup("div", ["class": "below"], text: horizontalTitle),
            ])
    }

    private var rows: [Markup] {
        vertical.ticks.flatMap { tick in
            let y = Numeral.share(1 - vertical.position(tick.value))
            return [
                Markup(empty: "line", ["class": "grid", "x2": "100%", "y1": y, "y2": y]),
                Markup("text", ["class": "tick end", "x": "-8", "y": y, "dy": ".32em"], text: tick.text),
            ]
        }
    }

    private var columns: [Markup] {
        let ticks = horizontal.ticks.flatMap { tick in
            let x = Numeral.share(horizontal.position(tick.value))
            return [
                Markup(empty: "line", ["class": "axis", "x1": x, "x2": x, "y2": "5"]),
                Markup("text", ["class": "tick middle", "x": x, "y": "19"], text: tick.text),
            ]
        }
        // Points are read in both directions, curves mostly upwards.
        let grid = shape == .wide ? [] : horizontal.ticks.map(\.value).map(horizontal.position).map(Numeral.share)
        return grid.map { Markup(empty: "line", ["class": "grid", "x1": $0, "x2": $0, "y2": "100%"]) } + [
            Markup(empty: "line", ["class": "axis", "x2": "100%", "y1": "100%", "y2": "100%"]),
            // A drawing within the drawing, since its ticks are a length in pixels below a height in percent.
            Markup("svg", ["y": "100%"], ticks),
        ]
    }

    /// Lines through positions from 0 to 1, stretched to the plot; strokes and dashes keep their width.
    static func curves(_ lines: [[Point]], style: SeriesStyle) -> Markup {
        path(lines.map { path(through: $0) }.joined(), attributes: "curve \(style.color)", dash: style.dash)
    }

    /// A straight line that helps to read the plot.
    static func guide(from start: Point, to end: Point) -> Markup {
        Markup(
            empty: "line",
            [
                "class": "guide", "x1": Numeral.share(start.x), "y1": Numeral.share(start.y),
                "x2": Numeral.share(end.x), "y2": Numeral.share(end.y),
            ])
    }

    /// An area of rectangles, stretched to the plot.
    static func area(_ path: String, viewBox: String) -> Markup {
        Markup(
            "svg", ["viewBox": viewBox, "preserveAspectRatio": "none"],
            [Markup(empty: "path", ["class": "area", "d": path])])
    }

    private static func path(_ path: String, attributes: String, dash: String) -> Markup {
        Markup(
            "svg", ["viewBox": "0 0 \(Int(units.x)) \(Int(units.y))", "preserveAspectRatio": "none"],
            [Markup(empty: "path", ["class": attributes, "stroke-dasharray": dash, "d": path])])
    }

    /// Steps between whole units, which are shorter to write than places, and add up without an error.
    private static func path(through line: [Point]) -> String {
        var last: (x: Int, y: Int)?
        var text = ""
        for point in line {
            let (x, y) = (Int((units.x * point.x).rounded()), Int((units.y * point.y).rounded()))
            if let last {
                let (dx, dy) = (x - last.x, y - last.y)
                if dx != 0 || dy != 0 { text += dy < 0 ? "l\(dx)\(dy)" : "l\(dx) \(dy)" }
            } else {
                text += "M\(x) \(y)"
            }
            last = (x, y)
        }
        return text
    }
}
