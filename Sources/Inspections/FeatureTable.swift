import Datasets
import Messages

/// The features of a split, one line for each.
struct FeatureTable {
    let text: String

    /// Fails for images and other samples that are not rows of a table.
    init?(_ split: Inspection.Split) {
        let (description, statistics) = (split.description, split.statistics)
        guard description.isListed, description.names != nil || description.width > 1 else { return nil }
        var table = TextTable(
            ["feature", "type", "smallest", "largest", "mean", "deviation", "distinct", "missing"],
            alignsRight: [false, false, true, true, true, true, true, true])
        for (index, summary) in statistics.features.enumerated() {
            let name = description.name(of: index)
            let distinct = split.distinct[index].map(grouped) ?? "> 10,000"
            if let categories = description.categories(of: index) {
                table.append([
                    name, "text", listed(categories, most: 3), "", "", "", distinct, grouped(summary.missing),
                ])
            } else {
                let numbers = [summary.smallest, summary.largest, summary.mean, summary.deviation]
                table.append(
                    [name, "number"] + numbers.map { summary.count > 0 ? shortNumber($0) : "-" }
                        + [distinct, grouped(summary.missing)])
            }
        }
        text = table.text
    }
}

/// A summary of a table that is too wide for a line of each feature.
struct WideTable {
    let text: String

    init?(_ split: Inspection.Split) {
        let (description, features) = (split.description, split.statistics.features)
        guard description.sampleShape.count == 1, !description.isListed else { return nil }
        func named(_ indices: [Int]) -> String {
            "\(counted(indices.count, "feature"))"
                + (indices.isEmpty ? "" : ": " + listed(indices.map { brief(description.name(of: $0)) }, most: 5))
        }
        let texts = features.indices.filter { description.categories(of: $0) != nil }
        let varying = features.indices.filter { description.categories(of: $0) == nil && !split.isConstant($0) }
        let deviations = varying.map { features[$0].deviation }
        var table = TextTable(["features", ""], alignsRight: [false, false])
        table.append(["text", named(texts)])
        table.append(["always the same", named(features.indices.filter(split.isConstant))])
        table.append(["with missing values", named(features.indices.filter { features[$0].missing > 0 })])
        if let low = deviations.min(), let high = deviations.max() {
            table.append(["deviations of the others", "\(shortNumber(low)) to \(shortNumber(high))"])
        }
        text = table.text
    }
}
