/// Horizontal bars with their values, as for figures of each class or phases of time.
package struct BarChart: Block {
    /// A bar from 0 to `value`, with the value in words.
    package struct Bar: Sendable {
        let name: String
        let value: Double
        let text: String

        /// `text` is the value with its unit.
        package init(_ name: String, _ value: Double, text: String) {
            self.name = name
            self.value = value
            self.text = text
        }
    }

    private let title: String
    private let bars: [Bar]
    private let caption: String

    /// The bars stand in the given order; `caption` is what is to be said about all of them.
    package init(title: String, bars: [Bar], caption: String = "") {
        self.title = title
        self.bars = bars
        self.caption = caption
    }

    package var markup: Markup {
        // A table, since that is what it is for those who cannot see the bars.
        let rows = Markup("tbody", [:], [Markup(bars.map(row))])
        let columns = Markup("colgroup", [:], [column(\.name), Markup(empty: "col", [:]), column(\.text)])
        let table = Markup("table", ["class": "bars", "aria-label": title], [columns, rows])
        return Figure(title: title, kind: "chart", caption: caption, drawing: [table]).markup
    }

    /// A column as wide as its longest text, up to a width that leaves room for the bars on a phone.
    private func column(_ text: (Bar) -> String) -> Markup {
        let longest = bars.map { text($0).count }.max() ?? 0
        return Markup(empty: "col", ["style": "width:\(min(longest + 2, 16))ch"])
    }

    private func row(_ bar: Bar) -> Markup {
        let name = Markup("th", ["scope": "row"], text: bar.name)
        let value = Markup("td", ["class": "number"], text: bar.text)
        return Markup("tr", [:], [name, Markup("td", ["class": "bar"], [drawing(of: bar)]), value])
    }

    private func drawing(of bar: Bar) -> Markup {
        let zero = position(0)
        let end = AxisKind.linear.canShow(bar.value) ? position(bar.value) : zero
        let marks = [
            Markup(
                empty: "rect",
                [
                    "x": Numeral.share(min(zero, end)), "y": "1", "width": Numeral.share(abs(end - zero)),
                    "height": "12",
                ]),
            Markup(empty: "line", ["class": "axis", "x1": Numeral.share(zero), "x2": Numeral.share(zero), "y2": "14"]),
        ]
        return Markup("svg", ["aria-hidden": "true"], marks)
    }

    /// Positions are shares of the range of all bars and 0.
    private func position(_ value: Double) -> Double {
        let values = bars.map(\.value).filter(AxisKind.linear.canShow) + [0]
        guard let range = Scale.range(of: values), range.lowerBound < range.upperBound else { return 0 }
        return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
}
