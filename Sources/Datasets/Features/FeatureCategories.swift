import DurableFiles
import Foundation

/// The categories of text features in a file, whose raw values are indices of them: one text for each feature, which is a
/// JSON list of categories, or empty for a feature of numbers.
package enum FeatureCategories {
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
}
