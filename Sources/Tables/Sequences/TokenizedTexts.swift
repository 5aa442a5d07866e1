/// The texts of a file, compressed with gzip or not, as tokens, with their labels.
package struct TokenizedTexts: Sendable {
    /// The file as errors call it.
    package let path: String
    /// The tokens of all texts, one after another: indices of `tokens`.
    package private(set) var codes: [Int32] = []
    /// The number of tokens of each text.
    package private(set) var lengths: [Int] = []
    /// The label of each text; nil if there are none.
    package internal(set) var labels: TextColumn?
    /// The lines of the file that were left out because they are empty, counted from 1.
    package internal(set) var emptyLines: [Int] = []
    private let kind: TokenKind
    private var table = TextCodes()
    private var lines = LineIndex()

    /// No texts yet.
    init(path: String, by kind: TokenKind) { (self.path, self.kind) = (path, kind) }

    /// The different tokens, in the order in which they appear first. Those that Unicode calls equal are one.
    package var tokens: [String] { table.texts }

    /// The line of the file, counted from 1, on which a text begins.
    package func line(ofText text: Int) -> Int { lines[text] }

    /// Appends a text.
    /// - Parameter parts: what of `bytes` belongs to it.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ parts: [Range<Int>], line: Int) {
        let first = codes.count
        let space = Array(" ".utf8)
        for part in parts {
            let part = UnsafeBufferPointer(rebasing: bytes[trimmingWhiteSpace(part, of: bytes)])
            // What stood between two parts has separated them.
            if kind == .characters, !part.isEmpty, codes.count > first {
                space.withUnsafeBufferPointer { codes.append(table.code(of: Cell(bytes: $0))) }
            }
            kind.forEachToken(of: part) { token in
                let code = table.code(of: Cell(bytes: UnsafeBufferPointer(rebasing: part[token])))
                codes.append(code)
            }
        }
        lengths.append(codes.count - first)
        lines.append(line: line)
    }

    /// - Throws: `CSVError.empty`, `SequenceFileError.noSteps`.
    func requireTokens() throws {
        guard !lengths.isEmpty else { throw CSVError.empty(path: path) }
        guard !codes.isEmpty else { throw SequenceFileError.noSteps(path: path) }
    }
}
