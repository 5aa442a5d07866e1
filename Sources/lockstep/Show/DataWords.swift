import Datasets
import Messages
import Models

/// What a run says of its data on its first lines: what it has understood, and how to say otherwise.
struct DataWords {
    private let report: DataReport
    private let schema: Schema

    init(_ report: DataReport, _ schema: Schema) { (self.report, self.schema) = (report, schema) }

    var lines: [String] {
        report.formats.map { "table    " + $0.wording } + ["data     " + samples]
            + [inputs.map { "inputs   " + $0 }, "labels   " + labels, weights.map { "weights  " + $0 }].compactMap(
                \.self)
    }

    private var samples: String {
        let counts = zip(report.counts, ["training", "validation", "test"]).compactMap { count, name in
            count.map { "\(grouped($0)) \(name)" }
        }
        let shape = schema.features.sampleShape
        return counts.joined(separator: ", ") + " samples of "
            + (shape.count == 1 ? counted(shape[0], "feature") : dimensions(shape))
    }

    /// What becomes of the inputs; nil if they stay as they are.
    private var inputs: String? {
        let features = schema.features
        var parts: [String] = []
        switch features.standardization.kind {
        case .none: break
        case .feature: parts.append("standardised by mean and deviation of each feature")
        case .channel: parts.append("standardised by mean and deviation of each channel")
        case .all: parts.append("standardised by mean and deviation of all values")
        case .minMax: parts.append("each feature brought to 0 to 1")
        }
        if !parts.isEmpty { parts[0] += " of the training split (--standardize none: as they are)" }
        let texts =
            features.sampleShape.count == 1 ? (0..<features.width).filter { features.categories(of: $0) != nil } : []
        if !texts.isEmpty {
            parts.append(
                counted(texts.count, "text feature") + " as "
                    + counted(features.inputShape[0] - features.width + texts.count, "input")
                    + " of 0 or 1")
        }
        switch features.missing.policy {
        case .refuse, .dropRow: break
        case .mean, .median: parts.append("missing values become the \(features.missing.policy.rawValue)")
        case .zero: parts.append("missing values become 0")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private var labels: String {
        let labels = schema.labels
        func noted(_ notes: [String?]) -> String {
            let notes = notes.compactMap(\.self)
            return notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")"
        }
        switch labels.kind {
        case .classes, .oneHot:
            return "\(counted(labels.classNames.count, "class", plural: "es")): "
                + listed(labels.classNames.map(brief), most: 10)
                + noted([report.hasWholeLabels ? "--task regression: as measurements" : nil])
        case .binary: return "\(labels.width) answers of 0 or 1 for each sample"
        case .numbers:
            return (labels.width == 1 ? "measurements" : "\(labels.width) measurements for each sample")
                + (labels.means.isEmpty ? "" : ", standardised")
                + noted([
                    labels.means.isEmpty ? nil : "--standardize-targets no: as they are",
                    report.hasWholeLabels ? "--task classification: as classes" : nil,
                ])
        }
    }

    private var weights: String? {
        report.weightsName.map { "each sample by \(brief($0)) in the loss" }
    }

    private var trainCount: Int { report.counts[0] ?? 0 }

    var warnings: [String] {
        var warnings = report.notes.map(\.wording)
        if report.hasUnscaledBytes {
            warnings.append(
                "the features are bytes and have no scale; networks learn poorly from large values\n"
                    + "  --feature-scale 1/255 makes 0 to 1 of 0 to 255")
        }
        warnings += report.coarseColumns.map(\.wording)
        let classes = schema.labels.classNames.count
        if report.hasWholeLabels, classes > 10, 2 * classes > trainCount {
            warnings.append(
                "the labels are whole numbers, taken for \(grouped(classes)) classes, with "
                    + "\(counted(trainCount, "sample")) to learn from\n  if they are measurements: --task regression")
        }
        return warnings
    }
}
