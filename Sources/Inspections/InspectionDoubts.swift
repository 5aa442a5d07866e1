import Datasets
import Messages

extension Inspection.Split {
    /// What is doubtful about the split, and the flag that mends it.
    var doubts: [String] {
        var doubts: [String] = []
        if let axes = description.unknownAxes {
            let note = SchemaNote.axesUnknown(file: description.file, dataset: description.dataset, axes: axes)
            doubts.append(note.wording)
        }
        let rows = split.count
        let incomplete = statistics.incompleteRows.count
        if incomplete > 0 {
            let policy = description.missing?.rawValue
            doubts.append(
                "\(grouped(incomplete)) of \(counted(rows, "row")) have missing values\n"
                    + (policy.map { "  the file chooses what becomes of them in training: --missing \($0)" }
                        ?? "  in training, --missing mean, median or zero fills them in; drop-row leaves the rows out"))
        }
        for (index, summary) in statistics.features.enumerated() where description.isListed {
            let name = brief(description.name(of: index))
            if let count = description.categories(of: index)?.count {
                let others = summary.count - statistics.categoryCounts[index].reduce(0, +)
                if others > 0 {
                    doubts.append(
                        "\(name): \(counted(others, "value")) of it are no places among its \(count) categories")
                }
            }
            if isConstant(index) {
                doubts.append(
                    "\(name) is always \(shortNumber(summary.smallest)), so there is nothing to learn from it")
            }
        }
        doubts += FeatureSchema.doubtfulFeatures(description, statistics).map(\.wording)
        if !description.isTable, let scale = scaleDoubt { doubts.append(scale.wording) }
        return doubts
    }

    /// Whether a feature of numbers always has the same value.
    func isConstant(_ feature: Int) -> Bool {
        let summary = statistics.features[feature]
        return description.categories(of: feature) == nil && summary.count > 1 && summary.smallest == summary.largest
    }

    /// What training without standardising would warn of.
    private var scaleDoubt: SchemaNote? {
        // Whole numbers in steps of one may be ids, which have no scale.
        let areSteps = description.sequences != nil && description.convertedShape == [1]
        if areSteps && description.elementType.contains("int") { return nil }
        let isBytes = description.elementType == "uint8" && description.scale == nil
        guard description.sampleShape.count == 1 || !isBytes else { return nil }
        let count = description.sampleShape.count == 1 ? statistics.features.count : 1
        let summaries = count == 1 ? [statistics.merged(statistics.features.indices)] : statistics.features
        let ranges = FeatureRanges(smallest: summaries.map(\.smallest), largest: summaries.map(\.largest))
        return ranges.doubtfulScale(
            file: description.file, dataset: description.dataset, name: { description.name(of: $0) })
    }
}
