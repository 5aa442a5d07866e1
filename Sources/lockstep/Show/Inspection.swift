import Datasets
import DurableFiles
import HDF5
import Messages

/// The content of a dataset file, as text and as JSON.
struct Inspection {
    struct Split {
        let name: String
        let paths: SplitPaths
        let features: FeatureMatrix
        let elementType: String
        let labels: Labels?
    }

    let path: String
    let splits: [Split]
    /// All datasets, if no split is found: path, shape, type.
    let others: [(path: String, shape: [Int], type: String)]

    static func dataset(at path: String) throws -> Inspection {
        let file = try DatasetFile(path)
        let splits = try SplitName.allCases.compactMap { name in
            try file.paths(of: name).map { paths in
                Split(
                    name: name.rawValue, paths: paths, features: try file.features(at: paths.features, scale: nil),
                    elementType: try file.description(of: paths.features).type.description,
                    labels: try paths.labels.map { _ in try file.labels(of: paths) })
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

    /// One line for each split.
    var summary: String {
        guard !splits.isEmpty else {
            var table = TextTable(["dataset", "shape", "type"], alignsRight: [false, false, false])
            for other in others { table.append([other.path, dimensions(other.shape), other.type]) }
            return "\(path): no data under the usual names" + (others.isEmpty ? "" : "\n\n" + table.text)
        }
        var table = TextTable(
            ["split", "samples", "features", "values", "labels"], alignsRight: [false, true, false, false, false])
        for split in splits {
            let range = split.features.valueRange
            table.append([
                split.name, grouped(split.features.rows),
                "\(dimensions(split.features.sampleShape)) \(split.elementType)",
                "\(shortest(range.lowerBound)) to \(shortest(range.upperBound))",
                split.labels.map(describe) ?? "none",
            ])
        }
        return "\(path)\n\n" + table.text
    }

    /// The summary, the number of samples of each class, and warnings of values too close together for 32-bit floats.
    var text: String {
        let counts = ClassCounts(splits.map { ($0.name, $0.labels) })
        let coarse = splits.flatMap(\.coarseColumns).map { "warning: " + $0.wording }
        return ([summary] + [counts?.text].compactMap(\.self) + coarse).joined(separator: "\n\n")
    }

    var json: JSON {
        .object([
            ("file", .string(path)),
            (
                "splits",
                .array(
                    splits.map { split in
                        .object([
                            ("split", .string(split.name)), ("features", .string(split.paths.features)),
                            ("labels", split.paths.labels.map { .string($0) } ?? .null),
                            ("samples", .integer(split.features.rows)),
                            ("shape", .array(split.features.sampleShape.map { .integer($0) })),
                            ("type", .string(split.elementType)),
                        ])
                    })
            ),
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

    private func describe(_ labels: Labels) -> String {
        switch labels.values {
        case .integers:
            if let count = (try? labels.classCount()) ?? labels.classNames?.count { return "\(count) classes" }
            return "whole numbers"
        case .numbers(_, let width):
            return labels.areOneHot ? "\(width) classes, one-hot" : width == 1 ? "numbers" : "\(width) numbers a sample"
        }
    }
}

extension Inspection.Split {
    /// Coarse columns of the features, and of labels that are regression targets.
    fileprivate var coarseColumns: [CoarseColumns] {
        let areClasses = if case .integers = labels?.values { (try? labels?.classCount()) != nil } else { false }
        return [features.coarseColumns, areClasses ? nil : labels?.coarseColumns].compactMap(\.self)
    }
}

/// The shortest text of a value: 1, not 1.0; as many digits as a Float needs if the value is one.
private func shortest(_ value: Double) -> String {
    if abs(value) <= 0x1p53, let whole = Int(exactly: value) { return "\(whole)" }
    let float = Float(value)
    return Double(float) == value ? "\(float)" : "\(value)"
}
