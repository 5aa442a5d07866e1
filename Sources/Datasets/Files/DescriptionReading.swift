import HDF5

extension FeatureDescription {
    /// Reads what a file says of its features.
    /// - Throws: `DatasetError` for invalid attributes; `HDF5Error`.
    init(of dataset: Dataset, file: String, _ attributes: ValueAttributes) throws {
        let shape = dataset.shape
        self.file = file
        self.dataset = dataset.path
        rows = shape[0]
        sampleShape = shape.count > 1 ? Array(shape.dropFirst()) : [1]
        elementType = dataset.elementType.description
        (scale, offset) = (attributes.scale, attributes.offset)
        axes = try dataset.text("axes")
        isTable = try dataset.text("origin") == Self.tableOrigin
        missing = try dataset.text(Self.missingAttribute).flatMap(FeatureSchema.MissingPolicy.init)
        names = nil
        categories = []
        guard sampleShape.count == 1 else { return }
        names = try Self.names(for: dataset, width: sampleShape[0])
        categories = try FeatureCategories.read(for: dataset, width: sampleShape[0], file: file)
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
    fileprivate func text(_ name: String) throws -> String? {
        guard try hasAttribute(name), try attributeType(name) == .string else { return nil }
        return try readStrings(name).first
    }
}
