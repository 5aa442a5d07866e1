import Datasets
import Foundation
import Messages

/// Writes a line to standard error.
package func printError(_ line: String) {
    eraseStatusLine()
    writeError(line + "\n")
}

/// Prints to standard error what the user should be told of the data.
package func printNote(_ note: SchemaNote) { printNote(note.wording) }

/// The same in words.
package func printNote(_ note: String) { printError("note: " + note) }

/// Writes to standard error. Errors are ignored, so that a closed terminal or a full disk does not end a run.
func writeError(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

/// Writes bytes to a descriptor at once.
/// - Returns: 0, or the system's error.
package func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return count == 0 ? EIO : errno }
        rest = rest.dropFirst(count)
    }
    return 0
}
