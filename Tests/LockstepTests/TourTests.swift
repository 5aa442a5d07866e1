import Foundation
import Testing

/// The commands in docs/tour.md and their documented output.
@Suite struct TourTests {
    /// The steps of the tour: commands and their output.
    private struct Step {
        let commands: String
        var output = ""
    }

    private static func steps(of tour: String) -> [Step] {
        var steps: [Step] = []
        var (language, lines): (String?, [Substring]) = (nil, [])
        for line in tour.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```", let ended = language {
                let text = lines.joined(separator: "\n")
                if ended == "sh" { steps.append(Step(commands: text)) } else { steps[steps.count - 1].output = text }
                language = nil
            } else if line.hasPrefix("```") {
                (language, lines) = (String(line.dropFirst(3)), [])
            } else {
                lines.append(line)
            }
        }
        return steps
    }

    @Test func everyCommandPrintsTheOutputInTheTour() throws {
        let work = try Workplace()
        let directory = URL(filePath: data("")).deletingLastPathComponent().path(percentEncoded: false)
        try FileManager.default.createSymbolicLink(atPath: work.path("data"), withDestinationPath: data(""))
        let tour = try String(contentsOfFile: directory + "/docs/tour.md", encoding: .utf8)
        let steps = Self.steps(of: tour)
        #expect(steps.count == 19)
        for step in steps {
            let result = try work.shell("{ \(step.commands)\n} 2>&1")
            #expect(result.status == 0, "\(step.commands)")
            if let problem = Self.difference(expected: step.output, found: result.output) {
                Issue.record("\(step.commands)\n\(problem), in:\n\(result.output)")
            }
        }
    }

    // MARK: Comparison

    /// The first line that differs; nil if none does. `…` matches any text in a line, and a line of `…` any number of lines.
    private static func difference(expected: String, found: String) -> String? {
        var found = found.split(separator: "\n", omittingEmptySubsequences: false)[...]
        if found.last?.isEmpty == true { found.removeLast() }
        var skips = false
        for line in expected.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "…" {
                skips = true
                continue
            }
            guard let place = skips ? found.firstIndex(where: { matches(line, $0) }) : found.indices.first,
                matches(line, found[place])
            else { return "expected: \(line)\n   found: \(found.first ?? "nothing more")" }
            found = found[(place + 1)...]
            skips = false
        }
        return skips || found.isEmpty ? nil : "not expected: \(found.first ?? "")"
    }

    /// Whether two lines match, apart from spaces, `…`, and rounding on other kinds of CPU: numbers with a decimal point may
    /// differ by a tenth or 0.002, and percentages by one.
    private static func matches(_ expected: Substring, _ found: Substring) -> Bool {
        matches(words(expected)[...], words(found)[...])
    }

    private static func matches(_ expected: ArraySlice<Substring>, _ found: ArraySlice<Substring>) -> Bool {
        guard let first = expected.first else { return found.isEmpty }
        let rest = expected.dropFirst()
        if first == "…" { return (0...found.count).contains { matches(rest, found.dropFirst($0)) } }
        return found.first.map { isSame(first, $0) } ?? false && matches(rest, found.dropFirst())
    }

    private static func words(_ line: Substring) -> [Substring] {
        line.split { $0.isWhitespace || ",;:[]()".contains($0) }
    }

    private static func isSame(_ expected: Substring, _ found: Substring) -> Bool {
        if expected == found { return true }
        func number(_ word: Substring) -> Double? {
            let digits = word.hasSuffix("%") ? word.dropLast() : word
            return digits.contains(".") || digits.contains("e") ? Double(digits) : nil
        }
        guard expected.hasSuffix("%") == found.hasSuffix("%"), let one = number(expected), let other = number(found)
        else { return false }
        return abs(one - other) <= (expected.hasSuffix("%") ? 1 : max(0.002, abs(one) / 10))
    }
}
