/// What a file says of its features, before a schema decides what they mean.
package struct FeatureDescription: Codable, Sendable, Equatable {
    package let file: String
    /// The path of the dataset inside the file; empty for a table of text.
    package let dataset: String
    package let rows: Int
    /// The shape of a sample; [1] if the dataset has one dimension; [longest, channels] for sequences of different lengths.
    package var sampleShape: [Int]
    /// The lengths of samples that are sequences of different lengths; nil for other samples.
    package var sequences: SequenceSummary? = nil
    /// The type of the raw values as in NumPy: "uint8". Cells of a table of text are "float64".
    package let elementType: String
    /// value = raw · scale + offset, where the file says so.
    package var scale: Factor?
    package var offset: Factor?
    /// The axes of a sample, such as "HWC".
    package var axes: String?
    /// What the file says of axes if that means none.
    package var unknownAxes: String? = nil
    /// The names of the features; nil if the file has none.
    package var names: [String]?
    /// The categories of each text feature, whose raw values are indices of them; nil for a feature of numbers. Empty if
    /// there are no text features.
    package var categories: [[String]?]
    /// What stands in for missing values, where the file says so.
    package var missing: FeatureSchema.MissingPolicy?
    /// The tokens whose ids the values are, as in `FeatureSchema.vocabulary`; nil if the file has none.
    package var vocabulary: [String]? = nil
    /// Whether the features are columns of a table, which have units of their own.
    package let isTable: Bool
    /// What messages call the columns of a table of text: their positions in it if they have no names.
    package var columns: [String]? = nil
    /// The other columns of the table; nil if it had no header, or if the file knows none.
    package var roles: ColumnRoles? = nil

    /// An attribute with a scale or an offset.
    package struct Factor: Codable, Sendable, Equatable {
        package let name: String
        package let value: Double

        package init(name: String, value: Double) { (self.name, self.value) = (name, value) }
    }

    package init(
        file: String, dataset: String, rows: Int, sampleShape: [Int], elementType: String, scale: Factor?,
        offset: Factor?, axes: String?, names: [String]?, categories: [[String]?],
        missing: FeatureSchema.MissingPolicy?, isTable: Bool
    ) {
        (self.file, self.dataset, self.rows, self.sampleShape) = (file, dataset, rows, sampleShape)
        (self.elementType, self.scale, self.offset, self.axes) = (elementType, scale, offset, axes)
        (self.names, self.categories, self.missing, self.isTable) = (names, categories, missing, isTable)
    }

    /// Features in memory, [rows, width].
    /// - Parameters:
    ///   - file: what messages call them.
    ///   - names: nil if they have none.
    ///   - categories: of each text feature; empty if there are none.
    package init(
        file: String, rows: Int, width: Int, names: [String]? = nil, categories: [[String]?] = [],
        isTable: Bool = false, columns: [String]? = nil
    ) {
        (self.file, dataset, self.rows, sampleShape) = (file, "", rows, [width])
        elementType = "float64"
        (self.names, self.categories, self.isTable) = (names, categories, isTable)
        self.columns = columns
    }

    /// The number of raw values in a sample.
    package var width: Int { sampleShape.reduce(1, *) }

    /// The shape of what a transform converts: of a sample, or of a step of sequences of different lengths.
    package var convertedShape: [Int] { sequences == nil ? sampleShape : Array(sampleShape.dropFirst()) }

    /// The categories of a feature; nil for numbers.
    package func categories(of feature: Int) -> [String]? { categories.isEmpty ? nil : categories[feature] }

    /// The name of a feature: its own, or its column, or its index.
    package func name(of feature: Int) -> String { names?[feature] ?? columns?[feature] ?? "\(feature)" }
}

extension FeatureDescription {
    /// The place of a value, for messages.
    /// - Parameters:
    ///   - feature: its index in the file.
    ///   - row: of the file.
    func place(of feature: Int, row: RowNumber, line: Int?) -> Place {
        let object =
            dataset.isEmpty ? name(of: feature) : "\(dataset) \(names == nil ? "feature " : "")\(name(of: feature))"
        return Place(file: file, object: object, row: row.row, step: row.step, line: line)
    }

    /// The error for a value that cannot be converted.
    /// - Parameters:
    ///   - row: of the file.
    ///   - order: for each feature of the schema, its index in the file; nil if the order is the same.
    func error(_ error: ConversionError, row: RowNumber, line: Int? = nil, _ order: [Int]?) -> DatasetError {
        let feature = order?[error.feature] ?? error.feature
        let place = place(of: feature, row: row, line: line)
        switch error.problem {
        case .missing: return .missingCell(place)
        case .unseen(let category):
            return .unseenCategory(place, category: categories(of: feature)?[category] ?? "\(category)")
        case .noCategory(let code):
            return .noCategory(place, code: describe(code), categories: categories(of: feature)?.count ?? 0)
        case .noToken(let id): return .noToken(place, id: describe(id), tokens: vocabulary?.count ?? 0)
        }
    }
}
