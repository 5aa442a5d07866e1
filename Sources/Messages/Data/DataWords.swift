import Models
import Splits

/// What a run says of its data on its first lines: what it has understood, and how to say otherwise.
package struct DataWords {
    private let report: DataReport
    private let schema: Schema

    package init(_ report: DataReport, _ schema: Schema) { (self.report, self.schema) = (report, schema) }

    package var lines: [String] {
        report.formats.map { "table    " + $0.wording } + ["data     " + samples]
            + [axes.map { "axes     " + $0 }].compactMap(\.self)
            + schema.wordingLines(hasWholeLabels: report.hasWholeLabels, isTraining: true)
            + [weights.map { "weights  " + $0 }].compactMap(\.self)
    }

    private var samples: String {
        let counts = zip(report.counts, ["training", "validation", "test"]).compactMap { count, name in
            count.map { "\(grouped($0)) \(name)" }
        }
        let (features, noun) = (schema.features, schema.features.hasLengths ? "sequence" : "sample")
        let shape = features.sampleShape
        return counts.joined(separator: ", ") + " \(noun)\(report.counts == [1, nil, nil] ? "" : "s") of "
            + (shape.count == 1 ? counted(shape[0], "feature") : features.shapeText)
            + (features.hasLengths && report.counts.compactMap(\.self).count > 1 ? " in training" : "")
            + (report.groupColumn.map { "; \(brief($0)) is no feature, its groups stay together" } ?? "")
    }

    /// nil if nobody says them, or if there is but one.
    private var axes: String? {
        guard let axes = schema.features.axes, schema.features.sampleShape.count > 1 else { return nil }
        let reason =
            switch report.axes {
            case .setting: "as --axes says"
            case .file: "as the file says"
            case .lengths: "as samples have lengths"
            case .model: "as the network has learned"
            case .shape:
                switch axes {
                case "CHW": "as the shape says (--axes HWC: the channels are last)"
                case "HWC": "as the shape says (--axes CHW: the channels are first)"
                default: "as the network's windows say"
                }
            }
        return "\(brief(axes)), \(reason)"
    }

    private var weights: String? {
        report.weightsName.map { "each sample by \(brief($0)) in the loss" }
    }

    package var warnings: [String] {
        var warnings = report.notes.map(\.wording)
        if report.hasUnscaledBytes {
            warnings.append(
                "the features are bytes and have no scale; networks learn poorly from large values\n"
                    + "  --feature-scale 1/255 makes 0 to 1 of 0 to 255")
        }
        warnings += report.coarseColumns.map(\.wording)
        let classes = schema.labels.classNames.count
        if schema.labels.kind == .classes, classes == 1 {
            warnings.append("all labels are \(brief(schema.labels.classNames[0])), so there is nothing to learn")
        }
        let alike = Dictionary(grouping: schema.labels.classNames) { $0.lowercased() }.values.filter { $0.count > 1 }
        if let names = alike.min(by: { $0[0] < $1[0] }) {
            warnings.append("the classes \(listed(names.map(brief), most: 5)) differ only in capital letters")
        }
        if schema.labels.kind == .classes, classes > 10, 2 * classes > report.labelCount {
            warnings.append(
                "the labels are \(report.hasWholeLabels ? "whole numbers" : "texts"), taken for \(grouped(classes)) classes, with "
                    + "\(counted(report.labelCount, "sample")) to learn from"
                    + (report.hasWholeLabels ? "\n  if they are measurements: --task regression" : ""))
        }
        return warnings
    }
}
