import DatasetFiles
import Datasets
import DurableFiles
import Messages
import Models
import Splits
import Tables

/// The content of a dataset file, as text and as JSON: what training would understand of it.
package struct Inspection {
    struct Split {
        let name: String
        let split: RawSplit
        let statistics: FeatureStatistics
        /// The number of different values of each feature, nil for many; empty if they were not counted.
        let distinct: [Int?]
        /// Columns whose values are too close together for 32-bit floats.
        let coarseColumns: [CoarseColumns]
        /// What the labels would be taken for; nil if there are none, or none that can be used.
        let labels: LabelSchema?
        /// Why the labels cannot be used.
        let problem: String?
    }

    let path: String
    let splits: [Split]
    /// All datasets, if no split is found: path, shape, type.
    let others: [(path: String, shape: [Int], type: String)]
    /// What training would refuse.
    var problems: [String] = []

    /// Inspects an HDF5 file.
    package static func dataset(at path: String) throws -> Inspection {
        let file = try DatasetFile(path)
        let splits = try SplitName.allCases.compactMap { name in
            try file.paths(of: name).map { paths in
                try Split(name: name.rawValue, file.split(paths, withLabels: paths.labels != nil))
            }
        }
        let others = try splits.isEmpty ? file.datasetPaths() : []
        return Inspection(
            path: path, splits: splits,
            others: try others.map { path in
                let description = try file.description(of: path)
                return (path, description.shape, description.type.description)
            })
    }

    /// The largest number of columns with both texts and numbers that a table is shown with.
    private static let maximumMixed = 8

    /// Inspects a table of text.
    /// - Parameter label: its label column; nil to take all columns for features.
    package static func table(
        at path: String, label: String?, _ format: TableFormat, ignored: [String]
    ) throws -> Inspection {
        var request = TableRequest(label: label)
        (request.format, request.allowsMissing, request.ignored) = (format, true, ignored)
        var mixed: [CSVError] = []
        while true {
            do {
                let table = try Table(contentsOf: path, request: request)
                let split = try Split(name: "all", RawSplit(of: table, allowsManyCategories: true))
                return Inspection(
                    path: FoundFormat(table).wording, splits: [split], others: [], problems: mixed.map(\.wording))
            } catch CSVError.mixedColumn(let name, let row, let column, let text, let number, let numberRow)
                where path != "-" && mixed.count < maximumMixed && !request.textColumns.contains(column)
            {
                // Shown as text, so that all columns can be seen; each time the table is read again.
                request.textColumns.append(column)
                mixed.append(
                    .mixedColumn(
                        path: name, row: row, column: column, text: text, number: number, numberRow: numberRow))
            }
        }
    }

    /// One line for each split.
    package var summary: String {
        guard !splits.isEmpty else {
            var table = TextTable(["dataset", "shape", "type"], alignsRight: [false, false, false])
            for other in others { table.append([other.path, dimensions(other.shape), other.type]) }
            return "\(path): no data under the usual names" + (others.isEmpty ? "" : "\n\n" + table.text)
        }
        var table = TextTable(
            ["split", "samples", "features", "values", "labels"], alignsRight: [false, true, false, false, false])
        for split in splits {
            table.append([
                split.name, grouped(split.split.count),
                "\(split.description.shapeText) \(split.description.elementType)"
                    + (split.description.axes.map { " \(brief($0))" } ?? ""),
                split.rangeText,
                split.labelText,
            ])
        }
        return "\(path)\n\n" + table.text
    }

    /// The summary, the features, the number of samples of each class, and warnings.
    package var text: String {
        let counts = ClassCounts(splits.map { ($0.name, $0.split.labels, $0.labels) })
        let weights =
            splits.compactMap(\.lengthText) + splits.compactMap(\.vocabularyText) + splits.compactMap(\.weightText)
        let warnings =
            problems + splits.compactMap(\.problem) + (splits.first?.doubts ?? [])
            + splits.flatMap(\.coarseColumns).map(\.wording)
        let features = splits.first.flatMap { FeatureTable($0)?.text ?? WideTable($0)?.text }
        let parts = [features, counts?.text, weights.isEmpty ? nil : weights.joined(separator: "\n")]
        return ([summary] + parts.compactMap(\.self) + warnings.map { "warning: " + $0 }).joined(separator: "\n\n")
    }

    package var json: JSON {
        .object([
            ("file", .string(path)), ("splits", .array(splits.map(\.json))),
            (
                "datasets",
                .array(
                    others.map {
                        .object([
                            ("path", .string($0.path)), ("shape", .array($0.shape.map { .integer($0) })),
                            ("type", .string($0.type)),
                        ])
                    })
            ),
        ])
    }
}

extension Inspection.Split {
    /// The largest number of features that are shown one by one.
    static let maximumListed = 50

    init(name: String, _ split: RawSplit) throws {
        self.name = name
        self.split = split
        let features = split.features
        let (scale, offset) = (features.description.scale?.value ?? 1, features.description.offset?.value ?? 0)
        statistics = try features.statistics(of: nil, scale: scale, offset: offset, allowsMissing: true)
        distinct =
            features.description.isListed ? try features.distinctCounts(limit: 10_000) : []
        var (meaning, problem): (LabelSchema?, String?)
        do {
            meaning = try split.labels.map { try LabelSchema(of: $0, task: nil) }
        } catch {
            problem = ErrorMessage(error)?.text
        }
        (labels, self.problem) = (meaning, problem)
        // Values that are missing cannot be read as they are.
        let isComplete = statistics.incompleteRows.isEmpty
        let matrix = isComplete ? try features.plainMatrix(scale: scale, offset: offset) : nil
        let measurements = meaning?.kind == .numbers ? split.labels?.coarseColumns : nil
        coarseColumns = [matrix?.coarseColumns, measurements].compactMap(\.self)
    }

    var description: FeatureDescription { split.features.description }

    /// The range of all values; nil if all are missing.
    var range: ClosedRange<Double>? {
        let all = statistics.merged(statistics.features.indices.filter { description.categories(of: $0) == nil })
        return all.count > 0 ? all.smallest...all.largest : nil
    }

    /// The lengths of sequences; nil for other samples.
    fileprivate var lengthText: String? {
        description.sequences.map { "lengths of the \(name) split, \($0.dataset): \($0.wording(of: split.count))" }
    }

    /// The tokens of ids; nil if there is no vocabulary.
    fileprivate var vocabularyText: String? {
        description.vocabulary.map { "vocabulary of the \(name) split: \(vocabularyWording($0))" }
    }

    /// The range of the sample weights; nil if there are none.
    var weightText: String? {
        guard let weights = split.weights, let low = weights.min(), let high = weights.max() else { return nil }
        return "weights of the \(name) split, \(split.weightsName): \(shortNumber(low)) to \(shortNumber(high)), "
            + "\(shortNumber(weights.reduce(0, +))) together"
    }

    var rangeText: String {
        guard let range else { return "none" }
        // A product with a scale has no more digits than a Float.
        let isScaled = description.scale != nil || description.offset != nil
        func text(_ value: Double) -> String { shortest(isScaled ? Double(Float(value)) : value) }
        return "\(text(range.lowerBound)) to \(text(range.upperBound))"
    }

    var labelText: String {
        guard let given = split.labels else { return "none" }
        guard let labels else { return "unusable" }
        let rows = labels.areOfSteps ? "step" : "sample"
        let text =
            switch labels.kind {
            case .classes: counted(labels.classNames.count, "class", plural: "es")
            case .oneHot: "\(counted(labels.width, "class", plural: "es")), one-hot"
            case .binary: "\(labels.width) answers of 0 or 1"
            case .numbers: given.width == 1 ? "numbers" : "\(labels.width) numbers a \(rows)"
            }
        return text + (labels.areOfSteps ? ", one a step" : "")
    }

    fileprivate var json: JSON {
        var members: [(String, JSON)] = [
            ("split", .string(name)), ("features", .string(description.dataset)),
            ("labels", split.labels.map { .string($0.dataset) } ?? .null), ("samples", .integer(split.count)),
            ("shape", .array(description.sampleShape.map { .integer($0) })), ("type", .string(description.elementType)),
        ]
        if let axes = description.axes { members.append(("axes", .string(axes))) }
        if let lengths = description.sequences { members.append(("lengths", lengths.json(of: split.count))) }
        if let tokens = description.vocabulary { members.append(("tokens", .integer(tokens.count - 1))) }
        if let weights = split.weights, let low = weights.min(), let high = weights.max() {
            members.append(
                (
                    "weights",
                    .object([
                        ("name", .string(split.weightsName)), ("smallest", .number(low)), ("largest", .number(high)),
                        ("sum", .number(weights.reduce(0, +))),
                    ])
                ))
        }
        if description.isListed {
            members.append(("columns", .array(statistics.features.indices.map(column))))
        }
        return .object(members)
    }

    private func column(_ index: Int) -> JSON {
        let summary = statistics.features[index]
        let isText = description.categories(of: index) != nil
        var members: [(String, JSON)] = [
            ("name", .string(description.name(of: index))), ("type", .string(isText ? "text" : "number")),
        ]
        if let categories = description.categories(of: index) {
            members.append(("categories", .array(categories.map(JSON.string))))
        } else if summary.count > 0 {
            members += [
                ("smallest", .number(summary.smallest)), ("largest", .number(summary.largest)),
                ("mean", .number(summary.mean)), ("deviation", .number(summary.deviation)),
            ]
        }
        members += [("missing", .integer(summary.missing)), ("distinct", distinct[index].map(JSON.integer) ?? .null)]
        return .object(members)
    }
}

extension FeatureDescription {
    /// Whether features are shown one by one: columns of a table that is not too wide.
    var isListed: Bool { sampleShape.count == 1 && width <= Inspection.Split.maximumListed }
}

/// The shortest text of a value: 1, not 1.0; as many digits as a Float needs if the value is one.
private func shortest(_ value: Double) -> String {
    if abs(value) <= 0x1p53, let whole = Int(exactly: value) { return "\(whole)" }
    let float = Float(value)
    return Double(float) == value ? "\(float)" : "\(value)"
}
