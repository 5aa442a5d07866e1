import Datasets
import Splits

extension Schema {
    /// What becomes of the inputs, and what the labels are: lines of a run's beginning, and of a checkpoint.
    /// - Parameters:
    ///   - hasWholeLabels: whether the labels are whole numbers without names, which could be classes or measurements.
    ///   - isTraining: whether options of `train` could change it.
    package func wordingLines(hasWholeLabels: Bool = false, isTraining: Bool = false) -> [String] {
        let notes = isTraining ? labels.alternatives(hasWholeLabels: hasWholeLabels) : []
        return [
            features.wording(isTraining: isTraining).map { "inputs   " + $0 },
            "labels   " + labels.wording + (notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")"),
        ].compactMap(\.self)
    }
}

extension FeatureSchema {
    /// nil if the inputs stay as they are.
    fileprivate func wording(isTraining: Bool) -> String? {
        var parts: [String] = []
        switch standardization.kind {
        case .none: break
        case .feature: parts.append("standardised by mean and deviation of each feature of the training split")
        case .channel: parts.append("standardised by mean and deviation of each channel of the training split")
        case .all: parts.append("standardised by mean and deviation of all values of the training split")
        case .minMax: parts.append("brought to 0 to 1 by the range of each feature of the training split")
        }
        if !parts.isEmpty && isTraining { parts[0] += " (--standardize none: as they are)" }
        let texts = sampleShape.count == 1 ? (0..<width).filter { categories(of: $0) != nil } : []
        if !texts.isEmpty {
            parts.append(
                counted(texts.count, "text feature") + " as "
                    + counted(inputShape[0] - width + texts.count, "input") + " of 0 or 1")
        }
        if let vocabulary { parts.append("ids of " + vocabularyWording(vocabulary)) }
        switch missing.policy {
        case .refuse, .dropRow: break
        case .mean, .median:
            parts.append(
                "missing values become the \(missing.policy.rawValue)"
                    + (texts.isEmpty ? "" : ", of text the most frequent category"))
        case .zero: parts.append("missing values become 0" + (texts.isEmpty ? "" : ", of text no category"))
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension LabelSchema {
    fileprivate var wording: String {
        let row = areOfSteps ? "step" : "sample"
        let text =
            switch kind {
            case .classes, .oneHot:
                "\(counted(classNames.count, "class", plural: "es")): " + listed(classNames.map(brief), most: 10)
            case .binary: "\(width) answers of 0 or 1 for each \(row)"
            case .numbers:
                (width == 1 ? "measurements" : "\(width) measurements for each \(row)")
                    + (means.isEmpty ? "" : ", standardised")
            }
        return (areOfSteps ? "one a step, " : "") + text
    }

    /// How to say that the labels are something else.
    fileprivate func alternatives(hasWholeLabels: Bool) -> [String] {
        switch kind {
        case .classes, .oneHot: hasWholeLabels ? ["--task regression: as measurements"] : []
        case .binary: []
        case .numbers:
            (means.isEmpty ? [] : ["--standardize-targets no: as they are"])
                + (hasWholeLabels ? ["--task classification: as classes"] : [])
        }
    }
}
