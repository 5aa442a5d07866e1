import Foundation

/// A number with thousands separators: 60,000.
package func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var groups: [Substring] = []
    var end = digits.endIndex
    while end > digits.startIndex {
        let start = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex) ?? digits.startIndex
        groups.append(digits[start..<end])
        end = start
    }
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
}

/// A share in percent: 97.83% for 0.97832.
package func percent(_ share: Double) -> String {
    String(format: "%.2f%%", 100 * share)
}

/// A number with four significant digits.
package func figure(_ value: Double) -> String {
    if !value.isFinite { return value.isNaN ? "nan" : "\(value)" }
    return
        abs(value) >= 0.001 && abs(value) < 10_000 || value == 0
        ? String(format: "%.4f", value) : String(format: "%.3e", value)
}

/// A shape: 28×28 for [28, 28].
package func dimensions(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "×")
}

/// The first of some texts, and the number of the others.
package func listed(_ texts: [String], most: Int) -> String {
    texts.prefix(most).joined(separator: ", ")
        + (texts.count > most ? " and \(grouped(texts.count - most)) more" : "")
}

/// A number with a noun: 1 row, 2 rows; 2 classes, with the plural ending "es".
package func counted(_ count: Int, _ noun: String, plural ending: String = "s") -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : ending)"
}

/// A duration: 1:15 for 75.4 seconds.
package func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "?" }
    let (minutes, rest) = Int(seconds.rounded()).quotientAndRemainder(dividingBy: 60)
    let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    return hours > 0 ? String(format: "%d:%02d:%02d", hours, minute, rest) : String(format: "%d:%02d", minute, rest)
}

/// A text from a file, shortened to one line for a message or a table.
package func brief(_ text: String) -> String {
    clipped(onOneLine(text), to: 60)
}

/// The option that leaves columns out, as a shell takes it: --ignore 'a b',c for "a b" and "c".
func ignoring(_ columns: some Sequence<String>) -> String { "--ignore " + argument(columns) }

/// Names of columns as the value of an option, quoted where a shell would take them apart.
func argument(_ columns: some Sequence<String>) -> String {
    let text = columns.map(onOneLine).joined(separator: ",")
    let isPlain = text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789_-.,:/+".unicodeScalars.contains($0)
    }
    return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}

/// Escapes control characters and line breaks in `text` as \n, \t, \u{1B}, …
package func onOneLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch (scalar, scalar.properties.generalCategory) {
        case ("\n", _): line += "\\n".unicodeScalars
        case ("\r", _): line += "\\r".unicodeScalars
        case ("\t", _): line += "\\t".unicodeScalars
        case (_, .control), (_, .lineSeparator), (_, .paragraphSeparator):
            line += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
        default: line.append(scalar)
        }
    }
    return String(line)
}

/// `text`, or only its start and its end if it has more than `count` characters.
package func clipped(_ text: String, to count: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > count else { return text }
    let end = count / 3
    return String(scalars.prefix(count - end - 1)) + "…" + String(scalars.suffix(end))
}

/// A size in bytes, in the largest unit of which there is more than one, rounded up: 21 KiB.
package func byteCount(_ bytes: Int) -> String {
    guard let (bits, unit) = [(30, "GiB"), (20, "MiB"), (10, "KiB")].first(where: { bytes > 1 << $0.0 }) else {
        return "\(grouped(bytes)) bytes"
    }
    return "\(units(of: bits, bytes)) \(unit)"
}

/// A size in bytes as whole GiB, rounded up.
package func gibibytes(_ bytes: Int) -> String { units(of: 30, bytes) }

/// A size in bytes as whole MiB, rounded up.
package func mebibytes(_ bytes: Int) -> String { units(of: 20, bytes) }

private func units(of bits: Int, _ bytes: Int) -> String {
    grouped((bytes >> bits) + (bytes & (1 << bits - 1) == 0 ? 0 : 1))
}
