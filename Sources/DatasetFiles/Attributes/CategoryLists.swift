import Datasets
import HDF5

extension FeatureCategories {
    private static let name = "categories"

    /// - Throws: `HDF5Error`.
    static func write(_ categories: [[String]?], for features: Dataset) throws {
        guard categories.contains(where: { $0 != nil }) else { return }
        try TextList.write(texts(of: categories), as: name, for: features)
    }

    /// Categories in the form that `write` gives them. In files of other programs the name may mean something else.
    /// - Parameter isTable: whether the features are an imported table's.
    /// - Returns: empty if there are no text features.
    /// - Throws: `DatasetError.badCategories` for texts of a table that are no lists, or not one for each feature; `HDF5Error`.
    static func read(for features: Dataset, width: Int, isTable: Bool, file: String) throws -> [[String]?] {
        let texts: [String]
        if try features.hasAttribute(name), try features.attributeType(name) == .string {
            texts = try features.readStrings(name)
        } else if isTable, let list = try TextList.dataset(name, beside: features), list.shape == [width] {
            texts = try list.readStrings()
        } else {
            return []
        }
        guard texts.count == width, let lists = lists(of: texts) else {
            guard isTable else { return [] }
            throw DatasetError.badCategories(file: file, dataset: features.path)
        }
        return lists
    }
}
