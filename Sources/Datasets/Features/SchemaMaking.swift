extension FeatureSchema {
    /// What a user says of features.
    package struct Options: Sendable, Equatable {
        /// nil: each feature of tables, or each channel if their columns are steps; none for other files.
        package var standardize: Standardization.Kind?
        /// nil: what the file says, or else an error.
        package var missing: MissingPolicy?
        package var allowsUnseen: Bool
        /// Replaces the file's scale; nil for none.
        package var scale: Double?
        /// The axes of samples; nil: those that the file says.
        package var axes: String?

        package init(
            standardize: Standardization.Kind? = nil, missing: MissingPolicy? = nil, allowsUnseen: Bool = false,
            scale: Double? = nil, axes: String? = nil
        ) {
            self.standardize = standardize
            self.missing = missing
            self.allowsUnseen = allowsUnseen
            self.scale = scale
            self.axes = axes
        }
    }

    /// The number of rows from which a feature that grows from row to row is no accident.
    private static let rowsOfACount = 20
    /// The number of rows for each category below which there is little to learn from it.
    private static let rowsOfACategory = 10
    /// The number of categories up to which a feature is taken for text without looking further.
    private static let fewCategories = 20

    /// Notes features that are probably no features: names of the rows.
    package static func doubtfulFeatures(
        _ found: FeatureDescription, _ statistics: FeatureStatistics
    ) -> [SchemaNote] {
        guard found.isTable, found.width > 1 else { return [] }
        return (0..<found.width).compactMap { feature in
            let (summary, name) = (statistics.features[feature], found.name(of: feature))
            let rows = summary.count + summary.missing
            guard found.categories(of: feature) != nil else {
                if summary.count == 0 { return .noValues(file: found.file, dataset: found.dataset, feature: name) }
                return summary.growsByWholeNumbers && summary.count >= rowsOfACount
                    ? .countsRows(file: found.file, dataset: found.dataset, feature: name) : nil
            }
            let categories = statistics.categoryCounts[feature].count { $0 > 0 }
            return categories > fewCategories && rows < rowsOfACategory * categories
                ? .manyCategories(
                    file: found.file, dataset: found.dataset, feature: name, categories: categories, rows: rows)
                : nil
        }
    }

    /// The schema of a training split. Its ranges are empty until the split has been read.
    /// - Parameters:
    ///   - rows: the rows of the split; nil for all.
    ///   - note: receives what the user should be told.
    /// - Throws: `DatasetError` for an invalid scale, samples without channels, and infinite or missing values; the errors of
    ///   reading.
    package init(
        of source: any FeatureSource, rows: RowSelection?, _ options: Options, note: (SchemaNote) -> Void = { _ in }
    ) throws {
        let found = source.description
        let (scale, offset) = try Self.factors(of: found, given: options.scale)
        (self.scale, self.offset) = (scale, offset)
        replacedScale = options.scale.flatMap { _ in found.scale?.value ?? (found.offset == nil ? nil : 1) }
        sampleShape = found.sampleShape
        hasLengths = found.sequences != nil
        axes = options.axes ?? found.axes
        names = found.names
        vocabulary = found.vocabulary
        elementType = found.elementType
        allowsUnseen = options.allowsUnseen
        categories = []
        standardization = .none
        let policy = options.missing ?? found.missing ?? .refuse
        missing = MissingValues(policy: policy, fills: [])
        ranges = FeatureRanges(count: 1)

        // The columns of a table that are steps of the same channel have one unit.
        let ofTable: Standardization.Kind = axes == SampleAxes.sequence.rawValue ? .channel : .feature
        let kind = options.standardize ?? (found.isTable ? ofTable : .none)
        let channels = FeatureGrouping.channels(of: found.sampleShape, axes: axes)
        guard kind != .channel || channels != nil else {
            throw DatasetError.noChannels(file: found.file, dataset: found.dataset, shape: found.sampleShape)
        }
        guard kind != .none || policy != .refuse || !found.categories.isEmpty else { return }
        let statistics = try source.statistics(
            of: rows, scale: scale, offset: offset,
            allowsMissing: policy != .refuse && policy != .dropRow || rows != nil)
        standardization = Standardization(
            kind, statistics, isText: { found.categories(of: $0) != nil }, channels: channels, areSteps: hasLengths)
        try requireSpread(found, statistics)
        if !found.categories.isEmpty { categories = Self.occurring(found, statistics) }
        Self.doubtfulFeatures(found, statistics).forEach(note)
        guard inputShape.reduce(1, *) > 0 else {
            throw DatasetError.allMissing(file: found.file, dataset: found.dataset)
        }
        missing.fills = try fills(policy, statistics, source, rows)
    }

    /// Scale and offset as finite 32-bit floats, the scale not 0.
    private static func factors(of found: FeatureDescription, given: Double?) throws -> (Double, Double) {
        let factors = [given == nil ? found.scale : nil, found.offset]
        for factor in factors.compactMap(\.self) where !Float(factor.value).isFinite {
            throw DatasetError.factorNotFinite(file: found.file, dataset: found.dataset, attribute: factor.name)
        }
        if let factor = factors[0], Float(factor.value) == 0 {
            throw DatasetError.scaleIsZero(
                file: found.file, dataset: found.dataset, attribute: factor.name, value: describe(factor.value))
        }
        return (given ?? found.scale?.value ?? 1, found.offset?.value ?? 0)
    }

    /// Checks that every feature that is not constant has a finite mean, and a deviation above 0.
    private func requireSpread(_ found: FeatureDescription, _ statistics: FeatureStatistics) throws {
        guard standardization.kind != .none else { return }
        for feature in 0..<featureCount where found.categories(of: feature) == nil {
            let group = standardization.grouping.group(of: feature, width: featureCount)
            let (shift, divisor) = (standardization.shift[group], standardization.divisor[group])
            let isConstant = statistics.features[feature].smallest >= statistics.features[feature].largest
            guard shift.isFinite, divisor.isFinite, divisor > 0 || isConstant else {
                throw DatasetError.spreadNotFinite(
                    file: found.file, dataset: found.dataset, feature: found.name(of: feature))
            }
        }
    }

    /// The categories of text features that occur, sorted by their UTF-8 bytes.
    private static func occurring(_ found: FeatureDescription, _ statistics: FeatureStatistics) -> [[String]?] {
        found.categories.enumerated().map { feature, categories in
            categories?.enumerated().filter { statistics.categoryCounts[feature][$0.offset] > 0 }.map(\.element)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    /// What stands in for a missing value of each feature.
    private func fills(
        _ policy: MissingPolicy, _ statistics: FeatureStatistics, _ source: any FeatureSource, _ rows: RowSelection?
    ) throws -> [Double] {
        let numbers = (0..<featureCount).filter { categories(of: $0) == nil }
        func fills(_ numbers: [Int: Double], text: (Int) -> Double) -> [Double] {
            (0..<featureCount).map { categories(of: $0) == nil ? numbers[$0] ?? 0 : text($0) }
        }
        func mostFrequent(_ feature: Int) -> Double {
            let names = source.description.categories(of: feature) ?? []
            let counts = Dictionary(uniqueKeysWithValues: zip(names, statistics.categoryCounts[feature]))
            let own = categories(of: feature) ?? []
            let most = own.indices.max {
                counts[own[$0], default: 0] < counts[own[$1], default: 0]
                    || counts[own[$0], default: 0] == counts[own[$1], default: 0] && $0 > $1
            }
            return Double(most ?? -1)
        }
        switch policy {
        case .refuse, .dropRow: return []
        case .zero: return fills([:]) { _ in -1 }
        case .mean:
            return fills(
                Dictionary(uniqueKeysWithValues: numbers.map { ($0, statistics.features[$0].mean) }),
                text: mostFrequent)
        case .median:
            let medians = try source.medians(of: numbers, rows: rows, scale: scale, offset: offset)
            return fills(Dictionary(uniqueKeysWithValues: zip(numbers, medians)), text: mostFrequent)
        }
    }
}
