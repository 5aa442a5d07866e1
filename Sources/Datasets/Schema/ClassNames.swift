import HDF5

/// The names of classes, by id, in a file: the attribute `classes` of the labels, or, since an attribute holds no more
/// than 64 KiB, the dataset `classes` in the root.
package enum ClassNames {
    private static let name = "classes"
    private static let mostAttributeBytes = 64_000

    /// Writes the names of the classes that `labels`, or class ids of another meaning, are of.
    /// - Throws: `HDF5Error`.
    package static func write(_ names: [String], for labels: Dataset) throws {
        // HDF5 gives each name the room of the longest.
        let bytes = names.count * (names.map(\.utf8.count).max() ?? 0)
        guard bytes > mostAttributeBytes else { return try labels.writeStrings(name, names) }
        let root = try labels.root()
        // All splits of a file have the same classes.
        guard try !root.contains(name) else { return }
        _ = try root.createStringDataset(
            name, strings: names, options: DatasetOptions(gzipLevel: 4, fletcher32: true))
    }

    /// The names of the classes that `labels` are of, or nil.
    ///
    /// A dataset `classes` that others put in the root may be something else: it counts where it is a list of distinct
    /// texts, and the labels are class ids, or rows with a column for each.
    /// - Throws: `HDF5Error`.
    static func read(for labels: Dataset) throws -> [String]? {
        if try labels.hasAttribute(name) {
            let names = try labels.readStrings(name)
            return names.isEmpty ? nil : names
        }
        guard let dataset = try dataset(beside: labels) else { return nil }
        let names = try dataset.readStrings()
        guard !names.isEmpty, Set(names).count == names.count else { return nil }
        let width = labels.shape.count == 2 ? labels.shape[1] : 1
        if case .integer = labels.elementType, width == 1 { return names }
        return width == names.count ? names : nil
    }

    /// The dataset `classes` in the root of the file that `labels` are in, where there is one of texts.
    private static func dataset(beside labels: Dataset) throws -> Dataset? {
        let root = try labels.root()
        guard try root.members().contains(where: { $0.name == name && $0.kind == .dataset }) else { return nil }
        let dataset = try root.dataset(name)
        return dataset.elementType == .string && dataset.shape.count == 1 ? dataset : nil
    }
}
