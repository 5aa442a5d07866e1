import Foundation
import Synchronization

/// The columns of the status line that is on the screen; 0 if there is none.
private let drawnColumns = Mutex(0)

/// Draws the line at the bottom of the terminal, in place of the one that was there. Whatever is printed erases it first.
/// - Parameter text: makes the line for a number of columns.
func drawStatusLine(_ text: (_ columns: Int) -> String) {
    drawnColumns.withLock { drawn in
        let width = terminalColumns
        // A terminal writes ^C behind the line, which must not wrap.
        let line = text(width - 2)
        writeError(erasure(of: drawn, width: width) + line + "\u{1B}[K")
        drawn = line.count
    }
}

/// Erases the status line before other output.
package func eraseStatusLine() {
    drawnColumns.withLock { drawn in
        guard drawn > 0 else { return }
        writeError(erasure(of: drawn, width: terminalColumns) + "\u{1B}[K")
        drawn = 0
    }
}

/// Whether standard error is a terminal that can draw a line anew.
package var isStatusLineShown: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
}

/// Goes to the start of the line that was drawn. A terminal that has become narrower has wrapped it.
private func erasure(of drawn: Int, width: Int) -> String {
    let wrapped = max(0, drawn - 1) / width
    return wrapped > 0 ? "\u{1B}[\(wrapped)A\r\u{1B}[J" : "\r"
}

/// The terminal's columns now: a window may be resized at any time.
var terminalColumns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
}
