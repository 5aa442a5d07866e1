import Datasets
import HDF5

/// The lists beside an imported table's features that say what its other columns were called.
private enum ColumnList {
    static let (label, weights, group) = ("label_column", "weights_column", "group_column")
    static let ignored = "ignored_columns"

    /// - Returns: empty if there is none.
    /// - Throws: `HDF5Error`.
    static func read(_ name: String, for features: Dataset) throws -> [String] {
        let list =
            try features.hasAttribute(name) && features.attributeType(name) == .string
            ? features.readStrings(name) : TextList.dataset(name, beside: features)?.readStrings()
        return (list ?? []).filter { !$0.isEmpty }
    }
}

extension ColumnRoles {
    /// - Throws: `HDF5Error`.
    func write(for features: Dataset) throws {
        for (name, columns) in [
            (ColumnList.label, [label].compactMap(\.self)), (ColumnList.weights, [weights].compactMap(\.self)),
            (ColumnList.group, [group].compactMap(\.self)), (ColumnList.ignored, ignored),
        ] where !columns.isEmpty {
            try TextList.write(columns, as: name, for: features)
        }
    }

    /// - Returns: nil if the file names no label column.
    /// - Throws: `HDF5Error`.
    init?(for features: Dataset) throws {
        guard let label = try ColumnList.read(ColumnList.label, for: features).first else { return nil }
        self.init(
            label: label, weights: try ColumnList.read(ColumnList.weights, for: features).first,
            group: try ColumnList.read(ColumnList.group, for: features).first,
            ignored: try ColumnList.read(ColumnList.ignored, for: features))
    }
}
