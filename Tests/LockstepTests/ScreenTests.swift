import Foundation
import TestSupport
import Testing

/// What a terminal shows, with tmux for the terminal.
@Suite(.enabled(if: Screen.isPossible), .serialized) struct ScreenTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Numbers depend on time: each stands for all. Bars are of any length.
    private func form(_ line: String) -> String {
        line.replacing(/\d[\d,.]*/, with: "N").replacing(/\[[= ]+\] +/, with: "[=] ").replacing(/N[kM]/, with: "N")
            .replacing("  ", with: " ")
    }

    /// The last line of a screen that is not empty.
    private func last(_ lines: [String]) -> String { lines.last { !$0.isEmpty } ?? "" }

    @Test(arguments: [
        (60, "epoch N/N step N loss N N% N/s N:N left"),
        (80, "[=] N% epoch N/N step N loss N N% N/s N:N left"),
        (200, "[=] N% epoch N/N step N of N loss N accuracy N% N samples/s N:N left"),
    ])
    func theBarOfARunFitsTheTerminal(width: Int, expected: String) throws {
        let screen = try Screen(
            width: width, in: work, "lockstep train \(data("digits.h5")) --epochs 900 --learning-rate 1e-4 --run run")
        let lines = try screen.lines { last($0).contains(" left") && last($0).contains("%") }
        #expect(form(last(lines)) == expected)
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.filter { $0.contains(" left") }.count == 1)
        screen.press("C-c")
        let end = try screen.lines { $0.contains { $0.contains("stopped at step") } }
        #expect(!end.contains { $0.contains(" left") })
    }

    @Test func theBarIsRightAfterAResize() throws {
        let screen = try Screen(
            width: 200, in: work, "lockstep train \(data("digits.h5")) --epochs 900 --learning-rate 1e-4 --run run")
        _ = try screen.lines { last($0).contains("samples/s") && last($0).contains(" left") }
        for (width, part) in [(80, "/s "), (60, "/s "), (200, "samples/s")] {
            screen.resize(to: width)
            let lines = try screen.lines { lines in
                // Drawn anew, rather than the end of what was wrapped.
                (last(lines).hasPrefix("[") || last(lines).hasPrefix("epoch")) && last(lines).contains(part)
            }
            #expect(last(lines).contains(" left") && last(lines).count < width)
            // Nothing is left of the line that the narrower terminal has wrapped.
            #expect(lines.filter { $0.contains(" left") }.count == 1, "\(width): \(lines)")
            #expect(lines.filter { $0.contains("accuracy") && !$0.contains("epoch") }.isEmpty, "\(width): \(lines)")
        }
        screen.press("C-c")
    }
}

/// What is written to a terminal.
@Suite struct TerminalTests {
    /// What a run writes to a terminal, with `script` for the terminal.
    private func written(_ environment: [String: String]) throws -> String {
        let work = try Workplace()
        let line = "\(work.lockstepPath) train \(data("digits.h5")) --epochs 400 --run run"
        let result = try Command(tool: "script").run(
            ["-qec", line, "/dev/null"], in: work.path("."), environment: environment)
        try #require(result.status == 0, "\(result.output)")
        #expect(result.output.contains("400/400"))
        return result.output
    }

    /// The only signs are those that erase a line: NO_COLOR has nothing to switch off.
    @Test(arguments: [["TERM": "xterm-256color"], ["TERM": "xterm", "NO_COLOR": "1"]])
    func thereAreNoColours(environment: [String: String]) throws {
        let text = try written(environment)
        #expect(text.contains("\u{1B}[K") && text.contains(" left"))
        #expect(
            text.replacing("\u{1B}[K", with: "").replacing(/\u{1B}\[\d+A\r\u{1B}\[J/, with: "").contains("\u{1B}")
                == false)
    }

    @Test func aTerminalThatCannotDrawGetsLines() throws {
        let text = try written(["TERM": "dumb"])
        #expect(!text.contains("\u{1B}") && !text.contains(" left"))
    }
}

/// A terminal in which a command runs.
private struct Screen: ~Copyable {
    static let isPossible = (try? Command(tool: "tmux").run(["-V"], in: "/"))?.status == 0

    private let work: Workplace
    private let socket: String

    struct NeverShown: Error { let lines: [String] }

    init(width: Int, in work: Workplace, _ line: String) throws {
        self.work = work
        socket = work.path("tmux-\(UUID().uuidString.prefix(8))")
        let command = line.replacing("lockstep", with: work.lockstepPath)
        // The server of tmux goes on: it must not inherit the descriptor by which `Process` sees the end of this shell.
        let script = """
            (for fd in /proc/self/fd/*; do fd=${fd##*/}; [ $fd -lt 3 ] || eval "exec $fd>&-"; done
            exec tmux -S "$0" -f /dev/null new-session -d -x "$1" -y 50 "$2")
            """
        _ = try Command(tool: "bash").run(
            ["-c", script, socket, "\(width)", "cd '\(work.path("."))' && { \(command); }; sleep 60"],
            in: work.path("."))
    }

    deinit { tmux("kill-server") }

    @discardableResult
    private func tmux(_ arguments: String...) -> String {
        (try? Command(tool: "tmux").run(["-S", socket] + arguments, in: work.path(".")))?.output ?? ""
    }

    /// The lines of the screen once they are as expected.
    func lines(where isExpected: ([String]) -> Bool) throws -> [String] {
        var lines: [String] = []
        for _ in 0..<600 {
            lines = tmux("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if isExpected(lines) { return lines }
            usleep(50_000)
        }
        throw NeverShown(lines: lines)
    }

    func press(_ key: String) { tmux("send-keys", key) }

    func resize(to width: Int) { tmux("resize-window", "-x", "\(width)", "-y", "50") }
}
