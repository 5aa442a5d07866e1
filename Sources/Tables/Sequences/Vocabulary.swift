/// The ids of tokens: the most frequent one has the id 1, and all that it does not have are 0.
package struct Vocabulary: Sendable {
    /// The token of each id. The first stands for unknown tokens, and is empty, as no token is.
    package let tokens: [String]

    /// The bytes up to which a token is in a vocabulary. Longer ones are hardly words, and files store every token with the length of
    /// the longest.
    package static let longestToken = 250
    /// With the unknown, as many as the ids that an embedding reads.
    package static let mostTokens = (1 << 24) - 1

    /// The tokens of training texts by descending frequency, those that are as frequent by their UTF-8 bytes.
    /// - Parameter size: the number of tokens that are kept; nil for all.
    package init(of texts: TokenizedTexts, size: Int? = nil) {
        let tokens = texts.tokens
        var counts = [Int](repeating: 0, count: tokens.count)
        for code in texts.codes { counts[Int(code)] += 1 }
        let order = tokens.indices.filter { tokens[$0].utf8.count <= Self.longestToken }.sorted {
            counts[$0] == counts[$1]
                ? tokens[$0].utf8.lexicographicallyPrecedes(tokens[$1].utf8) : counts[$0] > counts[$1]
        }
        self.tokens = [""] + order.prefix(min(size ?? .max, Self.mostTokens)).map { tokens[$0] }
    }

    /// The ids of the tokens of texts, one after another.
    package func ids(of texts: TokenizedTexts) -> [Int] {
        let ids = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
        let places = texts.tokens.map { ids[$0] ?? 0 }
        return texts.codes.map { places[Int($0)] }
    }
}
