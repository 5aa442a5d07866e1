import Datasets
import HDF5

extension FeatureDescription {
    /// Reads what a file says of its features, or of the steps of sequences.
    /// - Throws: `DatasetError` for invalid attributes; `HDF5Error`.
    init(of rows: StoredRows, file: String, _ attributes: ValueAttributes) throws {
        let (dataset, sampleShape) = (rows.dataset, rows.shape)
        let hasColumns = sampleShape.count == 1
        // The axes of sequences with lengths are known.
        let axes = rows.sequences == nil ? try dataset.text("axes") : nil
        let known = axes.flatMap(SampleAxes.letters)
        let isTable = try rows.sequences == nil && dataset.text("origin") == Self.tableOrigin
        self.init(
            file: file, dataset: dataset.path, rows: rows.count, sampleShape: sampleShape,
            elementType: rows.elementType.description, scale: attributes.scale, offset: attributes.offset,
            axes: known,
            names: hasColumns || isTable
                ? try Self.names(for: dataset, width: sampleShape.reduce(1, *)) : nil,
            categories: hasColumns && rows.sequences == nil
                ? try FeatureCategories.read(for: dataset, width: sampleShape[0], isTable: isTable, file: file) : [],
            missing: try dataset.text(Self.missingAttribute).flatMap(FeatureSchema.MissingPolicy.init),
            isTable: isTable)
        unknownAxes = known == nil ? axes : nil
        if rows.sequences != nil, sampleShape == [1] {
            vocabulary = try StoredVocabulary.read(for: dataset, file: file)
        }
        roles = isTable ? try ColumnRoles(for: dataset) : nil
    }

    /// The value of the attribute `origin` of features that are columns of a table.
    static let tableOrigin = "table"

    /// The attribute that says what stands in for missing values.
    static let missingAttribute = "missing"

    /// The names of features in the dataset `feature_names` of the root, if it has one for each.
    private static func names(for dataset: Dataset, width: Int) throws -> [String]? {
        guard let names = try TextList.dataset(namesDataset, beside: dataset), names.shape == [width] else {
            return nil
        }
        let texts = try names.readStrings()
        return Set(texts).count == width ? texts : nil
    }

    static let namesDataset = "feature_names"
}

extension Dataset {
    /// An attribute's text; nil if there is none, or it is no text.
    func text(_ name: String) throws -> String? {
        guard try hasAttribute(name), try attributeType(name) == .string else { return nil }
        return try readStrings(name).first
    }
}
