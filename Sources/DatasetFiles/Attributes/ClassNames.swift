import Datasets
import HDF5

/// Class names in a file, in the order of the class ids: the attribute `classes` of the labels, or the dataset `classes`
/// in the root if they are too long for an attribute, whose limit is 64 KiB.
package enum ClassNames {
    private static let name = "classes"

    /// Writes the class names of a dataset of class ids.
    /// - Throws: `HDF5Error`.
    package static func write(_ names: [String], for labels: Dataset) throws {
        try TextList.write(names, as: name, for: labels)
    }

    /// Reads the class names of `labels`; nil if there are none.
    ///
    /// In files of other programs, a dataset `classes` may mean something else. It is used if it is a list of distinct
    /// strings, and the labels are class ids or have one column for each name.
    /// - Throws: `HDF5Error`.
    static func read(for labels: Dataset) throws -> [String]? {
        if try labels.hasAttribute(name) {
            let names = try labels.readStrings(name)
            return names.isEmpty ? nil : names
        }
        guard let dataset = try TextList.dataset(name, beside: labels) else { return nil }
        let names = try dataset.readStrings()
        guard !names.isEmpty, Set(names).count == names.count else { return nil }
        let width = labels.shape.count == 2 ? labels.shape[1] : 1
        if case .integer = labels.elementType, width == 1 { return names }
        return width == names.count ? names : nil
    }
}
