/// The looks of the series with a number: colour, dash pattern and marker, each of which tells a few series apart.
struct SeriesStyle {
    let number: Int

    static let colorCount = 8
    /// Lengths of strokes and gaps in pixels; the first line is solid.
    static let dashes = ["none", "7 4", "2 3", "9 3 2 3", "14 4"]

    /// The colours shift each round, so that the pair of colour and marker repeats only after 36 series.
    var colorNumber: Int { (number + number / Self.colorCount) % Self.colorCount }

    /// The class of the style sheet that sets the colour.
    var color: String { "c\(colorNumber)" }

    var dash: String { Self.dashes[number % Self.dashes.count] }

    var marker: MarkerShape { MarkerShape.allCases[number % MarkerShape.allCases.count] }

    /// Whether dash patterns alone tell `count` lines apart.
    static func dashesSuffice(for count: Int) -> Bool { count <= dashes.count }

    /// The marker at a position in the plot, from 0 to 1 to the right and downwards.
    func mark(_ x: Double, _ y: Double) -> Markup {
        Markup(
            empty: "use",
            ["href": "#\(marker.identifier)", "class": color, "x": Numeral.share(x), "y": Numeral.share(y)])
    }

    /// A short piece of the line, with its marker if `hasMarker`, for a legend.
    func sample(hasLine: Bool, hasMarker: Bool) -> Markup {
        let width = hasLine ? 36 : 12
        var parts: [Markup] = []
        if hasLine {
            parts.append(
                Markup(
                    empty: "path", ["class": "curve \(color)", "stroke-dasharray": dash, "d": "M1 6H\(width - 1)"]))
        }
        if hasMarker {
            parts.append(
                Markup(
                    empty: "use",
                    ["href": "#\(marker.identifier)", "class": color, "x": "\(width / 2)", "y": "6"]))
        }
        return Markup("svg", ["width": "\(width)", "height": "12", "aria-hidden": "true"], parts)
    }
}

/// Shapes of points, which differ in outline as well as in colour.
enum MarkerShape: Int, CaseIterable {
    case disc, square, triangle, cross, diamond, ring, wedge, plus, openSquare, openTriangle, openDiamond, openWedge

    var identifier: String { "m\(rawValue)" }

    /// The outline around the origin, about 8 pixels wide.
    private var path: String {
        switch self {
        case .disc: "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z"
        case .square: "M-3.2-3.2h6.4v6.4h-6.4z"
        case .triangle: "M0-4.4l4.2 7.4h-8.4z"
        case .cross:
            "M-4-2.4l1.6-1.6l2.4 2.4l2.4-2.4l1.6 1.6l-2.4 2.4l2.4 2.4l-1.6 1.6l-2.4-2.4l-2.4 2.4l-1.6-1.6l2.4-2.4z"
        case .diamond: "M0-4.7l4.2 4.7l-4.2 4.7l-4.2-4.7z"
        case .ring:
            "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM-2 0a2 2 0 1 1 4 0a2 2 0 1 1-4 0z"
        case .wedge: "M0 4.4l4.2-7.4h-8.4z"
        // The outline, and a hole that goes round the other way.
        case .openSquare: "M-3.4-3.4h6.8v6.8h-6.8zM-1.7-1.7v3.4h3.4v-3.4z"
        case .openTriangle: "M0-4.8l4.7 8h-9.4zM0-1.4l-1.8 3.1h3.6z"
        case .openDiamond: "M0-5l4.6 5l-4.6 5l-4.6-5zM0-2.4l-2.2 2.4l2.2 2.4l2.2-2.4z"
        case .openWedge: "M0 4.8l4.7-8h-9.4zM0 1.4l-1.8-3.1h3.6z"
        case .plus: "M-1.1-4.4h2.2v3.3h3.3v2.2h-3.3v3.3h-2.2v-3.3h-3.3v-2.2h3.3z"
        }
    }

    /// The shapes that the markers of all charts refer to; a page has them once.
    static var definitions: Markup {
        let shapes = allCases.map { shape in
            Markup(empty: "path", ["id": shape.identifier, "class": "marker", "d": shape.path])
        }
        return Markup("svg", ["class": "definitions", "aria-hidden": "true"], [Markup("defs", [:], shapes)])
    }
}

/// The names of series beside a sample of each.
struct Legend {
    var entries: [(sample: Markup, letter: String, name: String)]

    var markup: Markup {
        let items = entries.map { entry in
            let letter = entry.letter.isEmpty ? [] : [Markup("b", text: entry.letter)]
            return Markup("li", [:], [entry.sample] + letter + [Markup("span", text: entry.name)])
        }
        return Markup("ul", ["class": "legend"], items)
    }
}
