import CZlib
import Foundation

/// A picture of a few pixels, kept as a PNG file.
package struct Picture: Sendable {
    /// What the values of a pixel mean.
    package enum Kind: Sendable {
        /// One, three or four bytes a pixel; the fourth is the opacity.
        case grey, rgb, rgba

        var channels: Int {
            switch self {
            case .grey: 1
            case .rgb: 3
            case .rgba: 4
            }
        }

        /// The color type of PNG.
        fileprivate var code: UInt8 {
            switch self {
            case .grey: 0
            case .rgb: 2
            case .rgba: 6
            }
        }
    }

    /// Pixels in a row.
    package let width: Int
    /// Rows of pixels.
    package let height: Int
    /// The file.
    package let png: [UInt8]

    /// A picture of rows of pixels from the top, or nothing where `pixels` are not so many or cannot be compressed.
    package init?(width: Int, height: Int, kind: Kind, pixels: [UInt8]) {
        guard (1...65_535).contains(width), (1...65_535).contains(height),
            pixels.count == width * height * kind.channels,
            let png = PNG.file(width: width, height: height, kind: kind, pixels: pixels)
        else { return nil }
        self.width = width
        self.height = height
        self.png = png
    }

    /// A picture of numbers, from black at the lower end of `range` to white at the upper one; a value that is not a
    /// number is black.
    package init?(width: Int, height: Int, kind: Kind, values: [Float], range: ClosedRange<Float>) {
        let span = range.upperBound - range.lowerBound
        let pixels = values.map { value -> UInt8 in
            guard span > 0, !value.isNaN else { return 0 }
            return UInt8((255 * min(max((value - range.lowerBound) / span, 0), 1)).rounded())
        }
        self.init(width: width, height: height, kind: kind, pixels: pixels)
    }

    /// The picture at a width in pixels of the page, each pixel a sharp square.
    func markup(width size: Int, description: String, style: String) -> Markup {
        Markup(
            empty: "img",
            [
                "class": style, "src": address, "width": "\(size)", "height": "\(size * height / width)",
                "alt": description,
            ])
    }

    /// The picture over the whole of a plot.
    var stretched: Markup {
        Markup(
            empty: "image", ["href": address, "width": "100%", "height": "100%", "preserveAspectRatio": "none"])
    }

    private var address: String { "data:image/png;base64," + Data(png).base64EncodedString() }
}

/// The format of PNG files, of which one kind is enough here: 8 bits a channel, all rows unfiltered.
private enum PNG {
    static func file(width: Int, height: Int, kind: Picture.Kind, pixels: [UInt8]) -> [UInt8]? {
        let stride = width * kind.channels
        var rows: [UInt8] = []
        rows.reserveCapacity((stride + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows += pixels[row * stride..<(row + 1) * stride]
        }
        guard let compressed = compressed(rows) else { return nil }
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, kind.code, 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", compressed) + chunk("IEND", [])
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var size = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(size))
        guard compress2(&result, &size, bytes, uLong(bytes.count), Z_BEST_COMPRESSION) == Z_OK else { return nil }
        return Array(result.prefix(Int(size)))
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + content
        let sum = crc32(0, checked, uInt(checked.count))
        return bigEndian(UInt32(content.count)) + checked + bigEndian(UInt32(truncatingIfNeeded: sum))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
