import Glibc
import TestSupport
import Testing

@testable import Tables

@Suite struct DecimalNumberTests {
    private func parsed(_ text: String) -> Float? {
        let bytes = Array("<\(text)>".utf8)
        return Float(decimal: bytes, from: 1, to: bytes.count - 1)
    }

    /// The result of `strtof`; nil if it does not parse all of `text`.
    private func reference(_ text: String) -> Float? {
        text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            let value = strtof(start, &end)
            guard let end, end > UnsafeMutablePointer(mutating: start), end.pointee == 0 else { return nil }
            return value
        }
    }

    private func expectSame(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            parsed(text)?.bitPattern == reference(text)?.bitPattern, "\(text)", sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        "0", "-0", "+0", "0.0", "-0e5", "0e999", "0e-999", "7", "-7", "+7", "007", "255", "1.", ".5", "-.5", "+.5e1",
        "1e5", "1E5", "1e+5", "1e-5", "1e05", "0.1", "0.30000000000000004", "3.4028235e38", "3.4028236e38", "1e39",
        "1.1754944e-38", "1e-45", "7e-46", "1e-400", "1e400", "1e99999", "1e-99999", "inf", "-INF", "infinity", "0x1p3",
        "16777217", "16777217.0000000000000000001", "16777216.9999999999999999999", "33554435", "9007199791611905",
        "0.000000000000000000000000000000001", "123456789012345678901234567890",
        "1" + String(repeating: "0", count: 36),
    ])
    func agreesWithStrtof(text: String) {
        expectSame(text)
    }

    @Test(arguments: ["", "+", "-", ".", "e", "e5", ".e5", "1e", "1e+", "1e5.", "1.2.3", "1,5", "1x", "x", "--1", "0x"])
    func agreesWithStrtofThatThisIsNoNumber(text: String) {
        #expect(reference(text) == nil && parsed(text) == nil)
    }

    @Test func agreesWithStrtofOnRandomNumbers() {
        var random = TestRandom(seed: 1)
        for _ in 0..<50_000 {
            let bits = random.next()
            expectSame("\(Float(bitPattern: UInt32(truncatingIfNeeded: bits) & 0xBFFF_FFFF))")
            expectSame("\(Double(bits) / 1e19)")
            expectSame("\(bits % 100_000_000).\(random.next() % 1_000_000_000)")
            expectSame("-\(bits % 1000)e\(Int(random.next() % 80) - 40)")
        }
    }

    @Test func agreesWithStrtofAtAndBesideMidpoints() {
        // Between 2^24 and 2^25 every odd number is a midpoint of two Floats, and so is a scaled one.
        var random = TestRandom(seed: 2)
        for _ in 0..<5_000 {
            let odd = (1 << 24) | (random.next() & 0xFF_FFFF) | 1
            for text in ["\(odd)", "\(odd).00000000000001", "\(odd - 1).99999999999999", "\(odd * 5)e-1"] {
                expectSame(text)
            }
            expectSame("\(odd).000000000000000000000000")
            expectSame("\(odd)0000000000000000e-16")
        }
    }
}
