import Datasets
import HDF5

/// The attributes of an imported table's features that say what its other columns were called.
private enum ColumnAttribute {
    static let (label, weights, group) = ("label_column", "weights_column", "group_column")
    static let ignored = "ignored_columns"
}

extension ColumnRoles {
    /// - Throws: `HDF5Error`.
    func write(for features: Dataset) throws {
        let columns = [
            (ColumnAttribute.label, label), (ColumnAttribute.weights, weights), (ColumnAttribute.group, group),
        ]
        for (attribute, column) in columns {
            if let column { try features.writeString(attribute, column) }
        }
        if !ignored.isEmpty { try TextList.write(ignored, as: ColumnAttribute.ignored, for: features) }
    }

    /// - Returns: nil if the file names no columns.
    /// - Throws: `HDF5Error`.
    init?(for features: Dataset) throws {
        guard let label = try features.text(ColumnAttribute.label) else { return nil }
        let ignored =
            try features.hasAttribute(ColumnAttribute.ignored)
            ? features.readStrings(ColumnAttribute.ignored)
            : TextList.dataset(ColumnAttribute.ignored, beside: features)?.readStrings()
        self.init(
            label: label, weights: try features.text(ColumnAttribute.weights),
            group: try features.text(ColumnAttribute.group), ignored: ignored ?? [])
    }
}
