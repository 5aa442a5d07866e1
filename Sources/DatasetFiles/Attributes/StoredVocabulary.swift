import Datasets
import HDF5

/// The tokens whose ids a dataset has, in the order of the ids: the attribute `vocabulary`, or the dataset `vocabulary` in the root if
/// they are too long for an attribute. The token of id 0 is empty: it stands for all others.
enum StoredVocabulary {
    private static let name = "vocabulary"

    /// - Throws: `HDF5Error`.
    static func write(_ tokens: [String], for values: Dataset) throws {
        try TextList.write(tokens, as: name, for: values)
    }

    /// - Returns: nil if there is none.
    /// - Throws: `DatasetError.badVocabulary`; `HDF5Error`.
    static func read(for values: Dataset, file: String) throws -> [String]? {
        func isUsable(_ tokens: [String]) -> Bool { tokens.first == "" && Set(tokens).count == tokens.count }
        guard try values.hasAttribute(name), try values.attributeType(name) == .string else {
            // A dataset of that name in another program's file may be anything.
            let tokens = try TextList.dataset(name, beside: values)?.readStrings()
            return tokens.flatMap { isUsable($0) ? $0 : nil }
        }
        let tokens = try values.readStrings(name)
        guard isUsable(tokens) else { throw DatasetError.badVocabulary(file: file, dataset: values.path) }
        return tokens
    }
}
