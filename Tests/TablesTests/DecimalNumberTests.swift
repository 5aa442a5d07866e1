import Glibc
import TestSupport
import Testing

@testable import Tables

@Suite struct DecimalNumberTests {
    private func parsed(_ text: String, mark: Character = ".") -> Double? {
        Array(text.utf8).withUnsafeBufferPointer { Double(decimal: $0, mark: mark.asciiValue ?? 0) }
    }

    /// The result of `strtod`; nil if it does not parse all of `text`.
    private func reference(_ text: String) -> Double? {
        text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            guard let end, end > UnsafeMutablePointer(mutating: start), end.pointee == 0 else { return nil }
            return value
        }
    }

    /// Those of the texts that are parsed to other bits than by `strtod`.
    private func different(_ texts: some Sequence<String>) -> [String] {
        texts.filter { parsed($0)?.bitPattern != reference($0)?.bitPattern }
    }

    @Test(arguments: [
        "0", "-0", "+0", "0.0", "-0e5", "0e999", "0e-999", "7", "-7", "+7", "007", "255", "1.", ".5", "-.5", "+.5e1",
        "1e5", "1E5", "1e+5", "1e-5", "1e05", "0.1", "0.30000000000000004", "1.7976931348623157e308",
        "1.7976931348623159e308", "1e309", "2.2250738585072014e-308", "2.2250738585072011e-308", "5e-324", "2e-324",
        "1e-400", "1e400", "1e99999999999999999999", "1e-99999999999999999999", "inf", "-INF", "infinity",
        "9007199254740993", "9007199254740993.0000000000000000001", "9007199254740992.9999999999999999999",
        "9007199254740991.9", "18446744073709551615", "18446744073709551616", "123456789012345678901234567890",
        "0.000000000000000000000000000000001", "0.00000000000000000000000123456789",
        "1" + String(repeating: "0", count: 36), String(repeating: "0", count: 40) + "1.5",
    ])
    func agreesWithStrtod(text: String) {
        #expect(different([text]) == [])
    }

    @Test(arguments: [
        "", "+", "-", ".", "e", "e5", ".e5", "1e", "1e+", "1e5.", "1.2.3", "1,5", "1x", "x", "--1", "0x", "1 2", "in",
        "1234567:", "========", "12345678?", "0.1234567/", "123456789012345x",
    ])
    func agreesWithStrtodThatThisIsNoNumber(text: String) {
        #expect(reference(text) == nil && parsed(text) == nil)
    }

    @Test func hexadecimalNumbersAreNone() {
        for text in ["0x10", "0x1p3", "nan(1)"] { #expect(parsed(text) == nil) }
    }

    @Test func agreesWithStrtodOnRandomNumbers() {
        var random = TestRandom(seed: 1)
        let texts = (0..<50_000).flatMap { _ in
            let bits = random.next()
            let anyDouble = Double(bitPattern: bits)
            // Of everyday size, with up to 17 digits.
            let everyday = Double(
                sign: .minus, exponent: Int(bits % 300) - 150, significand: 1 + Double(bits >> 11) * 0x1p-53)
            return [
                anyDouble.isFinite ? "\(anyDouble)" : "0", "\(everyday)", "\(bits)e\(Int(random.next() % 120) - 60)",
                "\(bits % 100_000_000).\(random.next() % 1_000_000_000)",
                "-\(bits % 1000)e\(Int(random.next() % 700) - 350)",
            ]
        }
        #expect(different(texts) == [])
    }

    @Test func agreesWithStrtodAtAndBesideMidpoints() {
        // Between 2^53 and 2^54 every odd number is a midpoint of two Doubles, and so is a scaled one.
        var random = TestRandom(seed: 2)
        let texts = (0..<10_000).flatMap { _ in
            let odd = (1 << 53) | (random.next() & (1 << 53 - 1)) | 1
            return [
                "\(odd)", "\(odd).000", "\(odd)000", "\(odd - 1).999", "\(odd * 5)e-1", "\(odd * 25)e-2",
                "\(odd).000000000000000000000000001", "\(odd)0000000000000000e-16", "\(odd / 1000).\(odd % 1000)",
            ]
        }
        #expect(different(texts) == [])
    }

    @Test func takesTheDecimalMarkThatItIsGiven() {
        #expect(parsed("1,5", mark: ",") == 1.5 && parsed("-1,5e3", mark: ",") == -1500)
        #expect(parsed("0,12345678901234567890", mark: ",") == 0.12345678901234567890)
        #expect(parsed("1.5", mark: ",") == nil)
    }
}
