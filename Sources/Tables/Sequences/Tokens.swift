/// The parts of a text that have ids of their own.
package enum TokenKind: String, Sendable, CaseIterable {
    /// What stands between white space, as in fastText.
    case words
    /// Unicode scalars rather than what a reader takes for characters, since which scalars make one of those changes with Unicode's
    /// versions, and ids must not.
    case characters
}

extension TokenKind {
    /// Calls `body` with each token of a text.
    /// - Parameter text: in valid UTF-8.
    func forEachToken(of text: UnsafeBufferPointer<UInt8>, _ body: (_ range: Range<Int>) -> Void) {
        var index = 0
        while index < text.count {
            let start = index
            switch self {
            case .words:
                while index < text.count, whiteSpace(in: text, at: index) == 0 { index += 1 }
                if index > start { body(start..<index) }
                if index < text.count { index += whiteSpace(in: text, at: index) }
            case .characters:
                index += 1
                // Further bytes of a scalar are 10xxxxxx.
                while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
                body(start..<index)
            }
        }
    }
}

/// The number of bytes of the white space at a place of a UTF-8 text, as Unicode has it; 0 if there is none.
@inline(__always)
private func whiteSpace(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let byte = text[index]
    if byte < 0x80 { return byte == 0x20 || 0x09...0x0D ~= byte ? 1 : 0 }
    guard byte == 0xC2 || 0xE1...0xE3 ~= byte else { return 0 }
    let count = byte == 0xC2 ? 2 : 3
    guard index + count <= text.count else { return 0 }
    var scalar = UInt32(byte & (count == 2 ? 0x1F : 0x0F))
    for place in index + 1..<index + count { scalar = scalar << 6 | UInt32(text[place] & 0x3F) }
    switch scalar {
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return count
    default: return 0
    }
}

/// A text without white space at its beginning and its end.
func trimmingWhiteSpace(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    var (first, end) = (range.upperBound, range.upperBound)
    TokenKind.words.forEachToken(of: UnsafeBufferPointer(rebasing: text[range])) { word in
        if first == range.upperBound { first = range.lowerBound + word.lowerBound }
        end = range.lowerBound + word.upperBound
    }
    return first..<(first == range.upperBound ? first : end)
}
