/// Which class a network decides for over a range of two features, as areas for the background of a scatter chart.
package struct DecisionRaster: Sendable {
    let picture: Picture
    let horizontal: ClosedRange<Double>
    let vertical: ClosedRange<Double>

    /// The colours of the style sheet's series, between those for light and for dark pages.
    private static let colors: [[UInt8]] = [
        [0x3B, 0x82, 0xC4], [0xDB, 0x7A, 0x26], [0x3F, 0xA3, 0x6C], [0x9B, 0x6C, 0xC6],
        [0xD4, 0x56, 0x64], [0x2A, 0xA0, 0xA6], [0xA8, 0x80, 0x4A], [0x76, 0x88, 0x9C],
    ]
    /// The opacity of the least and of the largest level.
    private static let levelOpacities = (least: 20, largest: 150)
    /// Light enough for points and grid lines to be seen on both schemes.
    private static let areaOpacity: UInt8 = 64
    private static let boundary: [UInt8] = [0x80, 0x87, 0x90, 255]

    /// Class numbers in rows from the top, of points at the middles of the cells of a grid over both ranges; nothing
    /// where there are not `width` × `height` of them, or a range is a single value. With `levelCount` the numbers are levels of a
    /// quantity, so many of them, and the areas have shades of one colour.
    package init?(
        classes: [Int], width: Int, height: Int, horizontal: ClosedRange<Double>, vertical: ClosedRange<Double>,
        levelCount: Int? = nil
    ) {
        guard width > 0, height > 0, classes.count == width * height, classes.allSatisfy({ $0 >= 0 }),
            horizontal.lowerBound < horizontal.upperBound, vertical.lowerBound < vertical.upperBound
        else { return nil }
        let pixels = classes.indices.flatMap { place -> [UInt8] in
            let isRightmost = (place + 1).isMultiple(of: width)
            let right = isRightmost ? classes[place] : classes[place + 1]
            let below = place + width < classes.count ? classes[place + width] : classes[place]
            // The line between two areas tells them apart also without colour.
            if right != classes[place] || below != classes[place] { return Self.boundary }
            if let levelCount { return Self.colors[0] + [Self.opacity(classes[place], of: levelCount)] }
            let style = SeriesStyle(number: classes[place])
            return Self.colors[style.colorNumber] + [Self.areaOpacity]
        }
        guard let picture = Picture(width: width, height: height, kind: .rgba, pixels: pixels) else { return nil }
        self.picture = picture
        self.horizontal = horizontal
        self.vertical = vertical
    }

    private static func opacity(_ level: Int, of count: Int) -> UInt8 {
        let (least, largest) = levelOpacities
        return UInt8(least + (largest - least) * min(level, count - 1) / max(1, count - 1))
    }
}
