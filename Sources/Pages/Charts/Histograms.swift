import Foundation

/// Distributions of values beside each other, as of the weights of each layer.
package struct Histograms: Block {
    /// The distribution of the values of one name.
    package struct Panel: Sendable {
        let name: String
        let distribution: Distribution

        /// The values are counted here, and not kept.
        package init(_ name: String, values: [Float]) {
            self.name = name
            distribution = Distribution(values)
        }
    }

    private let title: String
    private let panels: [Panel]
    private let caption: String

    /// The panels stand in the given order.
    package init(title: String, panels: [Panel], caption: String = "") {
        self.title = title
        self.panels = panels
        self.caption = caption
    }

    package var markup: Markup {
        let list = Markup("div", ["class": "panels"], [Markup(panels.map(Self.markup))])
        let scale = "Each histogram is scaled to its fullest interval."
        return Figure(
            title: title, kind: "histograms", caption: Figure.sentences([caption, scale]), drawing: [list]
        ).markup
    }

    private static func markup(of panel: Panel) -> Markup {
        let name = Markup("h3", text: panel.name)
        let words = panel.distribution.words.map { Markup("span", text: $0) }
        return Markup("div", ["class": "panel"], [name] + drawing(of: panel) + [Markup("p", [:], words)])
    }

    private static func drawing(of panel: Panel) -> [Markup] {
        let distribution = panel.distribution
        guard let most = distribution.counts.max(), most > 0 else { return [] }
        // Whole units of the drawing are enough: it is about 60 pixels high.
        let bars = distribution.counts.enumerated().filter { $0.element > 0 }.map { place, count in
            let height = max(1, Int((200 * Double(count) / Double(most)).rounded()))
            return "M\(place) 200h1v-\(height)h-1z"
        }
        let (low, high) = (distribution.low, distribution.high)
        var marks = [
            Plot.area(bars.joined(), viewBox: "0 0 \(distribution.counts.count) 200"),
            Markup(empty: "line", ["class": "axis", "x2": "100%", "y1": "100%", "y2": "100%"]),
            tick("tick", at: "0", low),
            tick("tick end", at: "100%", high),
        ]
        // Elsewhere the ends of the axis stand where the zero would.
        let zero = -low / (high - low)
        if (0.35...0.65).contains(zero) {
            let x = Numeral.share(zero)
            marks.append(
                Markup("svg", ["y": "100%"], [Markup(empty: "line", ["class": "axis", "x1": x, "x2": x, "y2": "4"])]))
            marks.append(tick("tick middle", at: x, 0))
        }
        let description = "\(panel.name): \(distribution.words.joined(separator: ", "))"
        return [Markup("svg", ["role": "img", "aria-label": description], [Markup(marks)])]
    }

    private static func tick(_ style: String, at x: String, _ value: Double) -> Markup {
        Markup("text", ["class": style, "x": x, "y": "100%", "dy": "16"], text: Numeral.short(value, digits: 3))
    }
}

/// How often values fall into intervals of the same width, and their mean and deviation.
struct Distribution: Sendable {
    private(set) var counts: [Int] = []
    private(set) var low = 0.0
    private(set) var high = 0.0
    let words: [String]

    private static let intervals = 40

    init(_ values: [Float]) {
        let finite = values.lazy.filter(\.isFinite).map(Double.init)
        let count = finite.reduce(0) { total, _ in total + 1 }
        let omitted = values.count - count
        let missing = omitted == 0 ? [] : ["and \(Numeral.whole(omitted)) not finite"]
        guard let range = Scale.range(of: finite) else {
            words = ["no values"] + missing
            return
        }
        let mean = finite.reduce(0, +) / Double(count)
        let variance = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        words =
            ["\(Numeral.whole(count)) value\(count == 1 ? "" : "s")"] + missing
            + [
                "mean \(Numeral.short(mean, digits: 3))",
                "deviation \(Numeral.short(variance.squareRoot(), digits: 3))",
            ]
        // Equal values are one bar in the middle.
        let margin = range.lowerBound == range.upperBound ? max(abs(range.lowerBound) / 2, 0.5) : 0
        (low, high) = (range.lowerBound - margin, range.upperBound + margin)
        counts = Array(repeating: 0, count: Self.intervals)
        for value in finite {
            let place = Int((value - low) / (high - low) * Double(Self.intervals))
            counts[min(place, Self.intervals - 1)] += 1
        }
    }
}
