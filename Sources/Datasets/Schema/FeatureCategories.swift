import DurableFiles
import Foundation
import HDF5

/// The categories of text features in a file, whose raw values are indices of them: one text for each feature, which is a
/// JSON list of categories, or empty for a feature of numbers.
package enum FeatureCategories {
    private static let name = "categories"

    /// The text for each feature.
    package static func texts(of categories: [[String]?]) -> [String] {
        categories.map { $0.map { JSON.array($0.map(JSON.string)).text } ?? "" }
    }

    /// The categories of each feature; nil if a text is no list of distinct categories.
    package static func lists(of texts: [String]) -> [[String]?]? {
        var lists: [[String]?] = []
        for text in texts {
            guard !text.isEmpty else {
                lists.append(nil)
                continue
            }
            guard let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
                Set(list).count == list.count
            else { return nil }
            lists.append(list)
        }
        return lists
    }

    /// - Throws: `HDF5Error`.
    static func write(_ categories: [[String]?], for features: Dataset) throws {
        guard categories.contains(where: { $0 != nil }) else { return }
        try TextList.write(texts(of: categories), as: name, for: features)
    }

    /// - Returns: empty if there are no text features.
    /// - Throws: `DatasetError.badCategories` for texts that are no lists, or not one for each feature; `HDF5Error`.
    static func read(for features: Dataset, width: Int, file: String) throws -> [[String]?] {
        let texts: [String]
        if try features.hasAttribute(name) {
            texts = try features.readStrings(name)
        } else if let list = try TextList.dataset(name, beside: features), list.shape == [width] {
            texts = try list.readStrings()
        } else {
            return []
        }
        guard texts.count == width, let lists = lists(of: texts) else {
            throw DatasetError.badCategories(file: file, dataset: features.path)
        }
        return lists
    }
}
