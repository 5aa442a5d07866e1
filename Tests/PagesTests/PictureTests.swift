import CZlib
import Foundation
import Testing

@testable import Pages

/// Pictures, by the format of their files.
@Suite struct PictureTests {
    /// "width height kind pixels" of a PNG file, whose checksums must hold (ISO/IEC 15948).
    private static func read(_ png: [UInt8]) throws -> String {
        func number(_ place: Int) -> Int { png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        var (place, names, contents): (Int, [String], [String: ArraySlice<UInt8>]) = (8, [], [:])
        while place < png.count {
            let (start, end) = (place + 8, place + 8 + number(place))
            let checked = Array(png[place + 4..<end])
            #expect(Int(crc32(0, checked, UInt32(checked.count))) == number(end))
            names.append(String(decoding: checked.prefix(4), as: UTF8.self))
            contents[names[names.count - 1]] = png[start..<end]
            place = end + 4
        }
        #expect(names == ["IHDR", "IDAT", "IEND"])
        let (header, body) = (Array(try #require(contents["IHDR"])), Array(try #require(contents["IDAT"])))
        #expect(header[8] == 8 && header.suffix(3) == [0, 0, 0])
        let (width, height) = (number(16), number(20))
        let stride = width * (try #require([0: 1, 2: 3, 6: 4][header[9]])) + 1
        var rows = [UInt8](repeating: 1, count: stride * height)
        var size = UInt(rows.count)
        #expect(uncompress(&rows, &size, body, UInt(body.count)) == Z_OK && size == UInt(rows.count))
        // The first byte of each row says that it is not filtered.
        let pixels = (0..<height).flatMap { rows[$0 * stride + 1..<($0 + 1) * stride] }
        #expect((0..<height).allSatisfy { rows[$0 * stride] == 0 })
        return "\(width) \(height) \(header[9]) \(hex(pixels))"
    }

    private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    @Test(arguments: [(Picture.Kind.grey, 1, 0), (.rgb, 3, 2), (.rgba, 4, 6)])
    func theFileHasTheSamePixels(kind: Picture.Kind, channels: Int, code: Int) throws {
        var chance = Chance(state: 3)
        let pixels = (0..<17 * 9 * channels).map { _ in UInt8(255 * chance.next()) }
        let picture = try #require(Picture(width: 17, height: 9, kind: kind, pixels: pixels))
        #expect(try Self.read(picture.png) == "17 9 \(code) \(Self.hex(pixels))")
    }

    @Test func numbersBecomeShades() throws {
        let values: [Float] = [-1, 0, 1, 9, -.infinity, .nan]
        let picture = try #require(Picture(width: 3, height: 2, kind: .grey, values: values, range: -1...1))
        #expect(try Self.read(picture.png) == "3 2 0 0080ffff0000")
        let flat = try #require(Picture(width: 3, height: 2, kind: .grey, values: values, range: 1...1))
        #expect(try Self.read(flat.png) == "3 2 0 000000000000")
    }

    @Test func aPictureOfAnotherSizeIsNone() {
        #expect(Picture(width: 3, height: 2, kind: .grey, pixels: [1, 2, 3]) == nil)
        #expect(Picture(width: 0, height: 2, kind: .grey, pixels: []) == nil)
        #expect(Picture(width: -1, height: -1, kind: .grey, pixels: [1]) == nil)
        #expect(Picture(width: .max, height: 2, kind: .rgba, pixels: [1]) == nil)
    }

    @Test func gridsHaveEachPictureWithItsText() throws {
        let picture = try #require(Picture(width: 2, height: 1, kind: .grey, pixels: [0, 255]))
        let grid = PictureGrid(
            title: "Worst", items: [.init(picture, lines: ["4, predicted 9", "at 99 %"]), .init(picture)])
        let elements = Elements(grid.markup.html)
        let images = elements.named("img")
        #expect(images.map { $0.attributes["alt"] } == ["4, predicted 9, at 99 %", "Worst, number 2"])
        #expect(
            images.allSatisfy {
                $0.attributes["src"] == "data:image/png;base64," + Data(picture.png).base64EncodedString()
            })
        #expect(images.allSatisfy { $0.attributes["width"] == "84" && $0.attributes["height"] == "42" })
        #expect(elements.named("span").map(\.text) == ["4, predicted 9", "at 99 %"])
    }

    @Test func areasOfADecisionHaveALineBetween() throws {
        let raster = try #require(
            DecisionRaster(
                classes: [0, 0, 1, 0, 0, 1, 2, 2, 2], width: 3, height: 3, horizontal: 0...1, vertical: 0...1))
        let fields = try Self.read(raster.picture.png).split(separator: " ")
        let bytes = Array(String(fields[3]))
        let pixels = stride(from: 0, to: bytes.count, by: 8).map { String(bytes[$0..<$0 + 8]) }
        let line = "808790ff"
        #expect(pixels.map { $0 == line } == [false, true, false, true, true, true, false, false, false])
        #expect(Set(pixels).count == 4)
    }

    @Test func levelsAreShadesOfOneColour() throws {
        let raster = try #require(
            DecisionRaster(
                classes: [0, 2], width: 1, height: 2, horizontal: 0...1, vertical: 0...1, levelCount: 3))
        // The upper cell is a line, since the level below it is another.
        #expect(try Self.read(raster.picture.png) == "1 2 6 808790ff3b82c496")
        let flat = try #require(
            DecisionRaster(classes: [0, 0], width: 2, height: 1, horizontal: 0...1, vertical: 0...1, levelCount: 3))
        #expect(try Self.read(flat.picture.png) == "2 1 6 3b82c4143b82c414")
    }

    @Test func aDecisionOfAnotherSizeIsNone() {
        #expect(DecisionRaster(classes: [0, 1], width: 3, height: 1, horizontal: 0...1, vertical: 0...1) == nil)
        #expect(DecisionRaster(classes: [0, -1], width: 2, height: 1, horizontal: 0...1, vertical: 0...1) == nil)
        #expect(DecisionRaster(classes: [0, 1], width: 2, height: 1, horizontal: 1...1, vertical: 0...1) == nil)
    }
}
