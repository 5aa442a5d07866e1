import Datasets
import Messages
import Models
import Pages
import Runs

/// What a network's inputs and labels mean: the data of a run, and its schema.
struct DataBlocks {
    private let run: RunPage.Run
    private let checkpoint: Checkpoint

    init(_ run: RunPage.Run, _ checkpoint: Checkpoint) { (self.run, self.checkpoint) = (run, checkpoint) }

    /// More columns than these have no row each.
    private static let mostColumns = 200

    private var features: FeatureSchema { checkpoint.model.schema.features }

    var all: [any Block] { [data] + [columns].compactMap(\.self) }

    private var data: Table {
        let lines = checkpoint.model.schema.wordingLines().map { line in
            // "labels   10 classes: 0, 1, 2"
            let word = line.prefix { $0 != " " }
            return [String(word), line.dropFirst(word.count).trimmingCharacters(in: .whitespaces)]
        }
        let factors = [
            features.scale == 1 ? nil : "times \(shortNumber(features.scale))",
            features.offset == 0 ? nil : "plus \(shortNumber(features.offset))",
        ].compactMap(\.self)
        let rows: [(String, String?)] = [
            ("file", run.summary.configuration?.data),
            ("training samples", run.summary.log.trainingSamples.map(grouped)),
            (
                "features",
                "\(features.shapeText) \(features.elementType)" + (features.axes.map { " \(brief($0))" } ?? "")
            ), ("each value", factors.isEmpty ? nil : factors.joined(separator: ", ")),
            ("range", features.ranges.overall.map { "\(shortNumber($0.lowerBound)) to \(shortNumber($0.upperBound))" }),
        ]
        let digests = checkpoint.fingerprint.digests.map { ["digest of \($0.split.rawValue)", $0.digest] }
        return Table(
            title: "The data", columns: [.text("what"), .text("value")],
            rows: rows.compactMap { row in row.1.map { [row.0, $0] } } + lines + digests)
    }

    /// The columns of a table: what they are, which values training has seen, and how they are scaled.
    private var columns: Table? {
        guard features.sampleShape.count == 1, features.names != nil, features.width <= Self.mostColumns,
            features.ranges.smallest.count == features.width
        else { return nil }
        let standardization = features.standardization
        let (isScaled, isFilled) = (standardization.kind != .none, !features.missing.fills.isEmpty)
        let rows = (0..<features.width).map { feature in
            let categories = features.categories(of: feature)
            let range = categories == nil ? features.ranges[feature] : nil
            // The input of the mean, or of the smallest value, is 0.
            let shift = standardization.value(of: 0, feature: feature, width: features.width)
            let unit = standardization.value(of: 1, feature: feature, width: features.width) - shift
            let numbers = categories == nil ? [shortNumber(shift), shortNumber(unit)] : ["", ""]
            return [
                features.name(of: feature), categories.map { "text: " + listed($0.map(brief), most: 10) } ?? "number",
                range.map { shortNumber($0.lowerBound) } ?? "", range.map { shortNumber($0.upperBound) } ?? "",
            ] + (isScaled ? numbers : []) + (isFilled ? [fill(of: feature, categories)] : [])
        }
        return Table(
            title: "The columns",
            columns: [.text("column"), .text("kind"), .number("smallest"), .number("largest")]
                + (isScaled ? [.number("subtracted"), .number("divided by")] : [])
                + (isFilled ? [.number("for missing")] : []),
            rows: rows, caption: "As training has seen them.")
    }

    private func fill(of feature: Int, _ categories: [String]?) -> String {
        let fill = features.missing.fills[feature]
        guard let categories else { return shortNumber(fill) }
        return fill < 0 ? "none" : brief(categories[Int(fill)])
    }
}
