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
        let tokens =
            try values.hasAttribute(name) && values.attributeType(name) == .string
            ? values.readStrings(name) : TextList.dataset(name, beside: values)?.readStrings()
        guard let tokens else { return nil }
        guard tokens.first == "", Set(tokens).count == tokens.count else {
            throw DatasetError.badVocabulary(file: file, dataset: values.path)
        }
        return tokens
    }
}
