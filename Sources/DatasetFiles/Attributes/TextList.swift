import Datasets
import HDF5

/// Lists of texts that describe a dataset: an attribute of it, or a dataset of that name in the root if they are too long for
/// an attribute, whose limit is 64 KiB.
enum TextList {
    private static let maximumAttributeBytes = 64_000

    /// - Throws: `HDF5Error`.
    static func write(_ texts: [String], as name: String, for dataset: Dataset) throws {
        // HDF5 pads each text to the longest.
        let bytes = texts.count * (texts.map(\.utf8.count).max() ?? 0)
        guard bytes > maximumAttributeBytes else { return try dataset.writeStrings(name, texts) }
        let root = try dataset.root()
        // All splits of a file share the dataset.
        guard try !root.contains(name) else { return }
        _ = try root.createStringDataset(name, strings: texts, options: DatasetOptions(gzipLevel: 4, fletcher32: true))
    }

    /// The dataset of that name in the root, if it is a list of texts; nil otherwise.
    /// - Throws: `HDF5Error`.
    static func dataset(_ name: String, beside dataset: Dataset) throws -> Dataset? {
        let root = try dataset.root()
        guard try root.members().contains(where: { $0.name == name && $0.kind == .dataset }) else { return nil }
        let list = try root.dataset(name)
        return list.elementType == .string && list.shape.count == 1 ? list : nil
    }
}
