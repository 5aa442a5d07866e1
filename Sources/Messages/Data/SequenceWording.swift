import Datasets
import DurableFiles

/// "812 tokens: the, of, a and 809 more"
/// - Parameter tokens: of each id; the first, for unknown tokens, does not count.
package func vocabularyWording(_ tokens: [String]) -> String {
    let (own, shown) = (tokens.dropFirst(), 3)
    return "\(counted(own.count, "token")): \(own.prefix(shown).map(brief).joined(separator: ", "))"
        + (own.count > shown ? " and \(grouped(own.count - shown)) more" : "")
}

extension FeatureSchema {
    /// "28×28", or "up to 29×12" for sequences of different lengths.
    package var shapeText: String { (hasLengths ? "up to " : "") + dimensions(sampleShape) }
}

extension FeatureDescription {
    /// "28×28", or "up to 29×12" for sequences of different lengths.
    package var shapeText: String { (sequences == nil ? "" : "up to ") + dimensions(sampleShape) }
}

extension SequenceSummary {
    /// The mean length.
    /// - Parameter count: the number of sequences.
    private func mean(of count: Int) -> Double { Double(steps) / Double(count) }

    /// - Parameter count: the number of sequences.
    package func json(of count: Int) -> JSON {
        .object([
            ("name", .string(dataset)), ("shortest", .integer(shortest)), ("longest", .integer(longest)),
            ("mean", .number(mean(of: count))), ("steps", .integer(steps)), ("empty", .integer(empty)),
        ])
    }

    /// "270 sequences of 7 to 29 steps, 15.8 on average, 2 of them empty"
    /// - Parameter count: the number of sequences.
    package func wording(of count: Int) -> String {
        "\(counted(count, "sequence")) of "
            + (shortest == longest ? "" : "\(grouped(shortest)) to ") + counted(longest, "step")
            + (shortest == longest ? "" : ", \(shortNumber(mean(of: count))) on average")
            + (empty == 0 ? "" : ", \(grouped(empty)) of them empty")
    }
}
