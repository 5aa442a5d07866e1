import Datasets
import Foundation
import Models

extension Place {
    /// "t.csv:17: column kind", "data.h5: /train/labels row 5"
    var wording: String {
        line.map { "\(file):\($0): column \(brief(object))" }
            ?? "\(file): \(object) row \(RowNumber(row, step: step))"
    }
}

/// "data.h5: /train/features", or "t.csv" for a table.
func place(_ file: String, _ dataset: String) -> String { dataset.isEmpty ? file : "\(file): \(dataset)" }

extension SchemaMismatch {
    package var wording: String {
        switch self {
        case .sampleShape(let file, let dataset, let expected, let found):
            "\(place(file, dataset)) has samples of \(dimensions(found)), the network takes \(dimensions(expected))"
        case .channels(let file, let dataset, let expected, let found):
            "\(place(file, dataset)) has steps of \(counted(found, "value")), the network takes steps of \(grouped(expected))"
        case .lengthsDiffer(let file, let dataset, let lengths, let expected):
            "\(place(file, dataset)) has sequences of different lengths, \(brief(lengths)); the network has learned from samples of "
                + "\(dimensions(expected)) each\n  train it on sequences with lengths, even if those are all alike"
        case .stepsOfLabels(let file, let dataset, let areOfSteps):
            "\(place(file, dataset)) has one label for each \(areOfSteps ? "step" : "sample"), and the network has learned from one for "
                + "each \(areOfSteps ? "sample" : "step")\n  train it on such labels, with returns=\(areOfSteps ? "sequence" : "last")"
        case .axes(let file, let dataset, let expected, let found):
            "\(place(file, dataset)) has the axes \(brief(found)), the network has learned from \(expected)\n"
                + "  bring its samples into that form, or correct its attribute axes"
        case .axesUnsaid(let file, let dataset, let expected, let axes, let found, let foundAxes):
            "\(place(file, dataset)) has samples of \(dimensions(found)), the network takes \(dimensions(expected)), \(axes)\n"
                + "  if its axes are \(foundAxes), let its attribute axes say so"
        case .missingFeatures(let file, let dataset, let names, let unknown):
            "\(place(file, dataset)) lacks \(names.count == 1 ? "the feature" : "the features") \(listed(names)), "
                + "which the network has learned from"
                + (unknown.isEmpty ? "" : ", and has \(listed(unknown)), which it does not know")
                + "\n  add \(names.count == 1 ? "it" : "them"), or rename what is meant"
        case .unknownFeatures(let file, let dataset, let names, let isTable):
            "\(place(file, dataset)) has \(names.count == 1 ? "the feature" : "the features") \(listed(names)), "
                + "which the network does not know\n  "
                + (isTable
                    ? "leave out with \(ignoring(names))"
                    : names.count == 1 ? "take it out" : "take them out")
        case .scale(let file, let dataset, let expected, let found):
            "\(place(file, dataset)) has the \(scaling(found)), the network has learned with the \(scaling(expected))\n"
                + "  bring the values to that scale, or correct the attributes scale and offset"
        case .unknownScale(let file, let dataset, let type, let expectedType, let scale):
            "\(place(file, dataset)) is \(type) and says nothing of a scale; the network has learned from \(expectedType) with the "
                + "scale \(shortNumber(scale))\n"
                + "  write its values as \(expectedType), or with the attribute scale \(shortNumber(scale)) if that is theirs"
        case .featureKind(let file, let dataset, let feature, let isText):
            "\(place(file, dataset)): \(brief(feature)) is \(isText ? "text" : "numbers"), the network has learned from "
                + (isText ? "numbers" : "text") + "\n  write its values as \(isText ? "numbers" : "text")"
        case .unknownClass(let place, let name, let classes):
            "\(place.wording) is \(name.isEmpty ? "empty" : brief(name)), which is no class of the network; it knows "
                + listed(classes)
        }
    }

    private func scaling(_ factors: [Double]) -> String {
        "scale \(shortNumber(factors[0]))" + (factors[1] == 0 ? "" : " and the offset \(shortNumber(factors[1]))")
    }
}

extension SchemaNote {
    package var wording: String {
        switch self {
        case .scaleOfModel(let file, let dataset, let scale, let offset):
            "\(place(file, dataset)) says nothing of a scale; it is read with the network's, \(shortNumber(scale))"
                + (offset == 0 ? "" : ", and its offset, \(shortNumber(offset))")
        case .namesOfModel(let file, let dataset, let names):
            "\(place(file, dataset)) has no names; its features are taken for \(listed(names)), in this order"
        case .namesUnknown(let file, let dataset):
            "\(place(file, dataset)): the network has learned from features without names; these are taken in their order"
        case .reordered(let file, let dataset):
            "\(place(file, dataset)) has the features in another order; they are brought into the network's by their names"
        case .axes(let file, let dataset, let axes, let expected):
            "\(place(file, dataset)) has the axes \(brief(axes)); its samples are brought into the network's order, \(brief(expected))"
        case .flattened(let file, let dataset, let shape, let axes):
            "\(place(file, dataset)) has rows of values; they are taken for \(dimensions(shape)), \(brief(axes)), one after another"
        case .axesUnknown(let file, let dataset, let axes):
            "\(place(file, dataset)): the attribute axes is \(brief(axes)), which is none of "
                + "\(SampleAxes.allCases.map(\.rawValue).joined(separator: ", ")); it is ignored"
        case .channelsMayBeFirst(let file, let dataset, let shape):
            "\(place(file, dataset)): samples of \(dimensions(shape)) are taken for images \(shape[0]) high with \(shape[2]) channels\n"
                + "  if their channels come first: CHW in place of HWC"
        case .classesOfModel(let file, let dataset, let classes):
            "\(place(file, dataset)) has numbers without names; they are taken for the places of the network's classes: "
                + listed(classes.enumerated().map { "\($0) \($1)" })
        case .unequalSpread(let file, let dataset, let wide, let narrow):
            "\(place(file, dataset)): \(words(wide)), but \(words(narrow)); networks learn poorly from such features\n"
                + "  --standardize feature brings them to one scale"
        case .farFromZero(let file, let dataset, let feature, let others):
            "\(place(file, dataset)): \(words(feature))"
                + (others > 0 ? " (and \(counted(others, "other feature")) alike)" : "")
                + "; networks learn poorly from values far from 0\n"
                + (feature.feature == nil
                    ? "  --standardize all, or --feature-scale, brings them to a smaller scale"
                    : "  --standardize feature brings them to one scale")
        case .droppedRows(let file, let dataset, let count, let rows):
            "\(place(file, dataset)): \(grouped(count)) of \(counted(rows, "row")) \(count == 1 ? "is" : "are") left out for lack of values"
        case .measurementsWithNames(let file, let dataset, let names):
            "\(place(file, dataset)) has numbers with names (\(listed(names.map(brief), most: 5))), as classes have; "
                + "they are taken for measurements"
        case .elementType(let file, let dataset, let type, let expected):
            "\(place(file, dataset)) is \(type), the network has learned from \(expected), and neither says anything of a scale; "
                + "the numbers are taken as they are"
        case .unseenCategories(let file, let dataset, let feature, let category, let count):
            "\(place(file, dataset)): \(counted(count, "cell")) of text, the first \(brief(category)) of \(brief(feature)), "
                + "\(count == 1 ? "has a category" : "have categories") that training has not met; all their inputs are 0"
        case .manyCategories(let file, let dataset, let feature, let categories, let rows):
            "\(place(file, dataset)): \(brief(feature)) has \(grouped(categories)) different texts in \(counted(rows, "row")), "
                + "each an input of its own\n"
                + "  if they are names, dates or numbers with units: \(ignoring([feature])) leaves them out"
        case .noValues(let file, let dataset, let feature):
            "\(place(file, dataset)): \(brief(feature)) has no values, all are missing\n  \(ignoring([feature])) leaves it out"
        case .countsRows(let file, let dataset, let feature):
            "\(place(file, dataset)): \(brief(feature)) grows by whole numbers from row to row, as the numbers of rows do\n"
                + "  if it says nothing of the samples: \(ignoring([feature])) leaves it out"
        case .weighted(let file, let name): "\(file): the loss is weighted by \(brief(name))"
        case .otherData(let name):
            "\(name) is not the data that the network has learned from, or has changed; all of its samples are judged together"
        case .unweighted(let file, let column):
            "\(file) has no column \(brief(column)), by which training weighted the loss; here all samples count alike"
        case .columnWithoutName(let file, let column):
            "\(file): column \(column) has no name, as the numbers of rows that pandas writes have none\n"
                + "  if it says nothing of the samples: --ignore \(column) leaves it out"
        case .filled(let file, let dataset, let feature, let count, let rows, let others, let areSteps):
            "\(place(file, dataset)): \(brief(feature)) is missing in \(grouped(count)) of "
                + counted(rows, areSteps ? "step" : "row")
                + (others > 0 ? " (and so are values of \(counted(others, "other feature")))" : "")
                + "; what training chose stands in"
        case .emptySequences(let file, let dataset, let count, let sequences):
            "\(place(file, dataset)): \(grouped(count)) of \(counted(sequences, "sequence")) \(count == 1 ? "has" : "have") no steps"
        case .vocabularyOfModel(let file, let dataset, let tokens):
            "\(place(file, dataset)) has no vocabulary; its ids are taken for the network's, of \(vocabularyWording(tokens))"
        case .unknownTokens(let file, let dataset, let count, let all):
            "\(place(file, dataset)): \(grouped(count)) of \(counted(all, "token")) \(count == 1 ? "is" : "are") not in the network's "
                + "vocabulary; \(count == 1 ? "it becomes" : "they become") id 0"
        case .tokensLeftOut(let file, let split, let count, let all):
            "\(file): \(grouped(count)) of \(counted(all, "token")) of \(split) \(count == 1 ? "is" : "are") not in the vocabulary"
                + (split == "train" ? "" : " of train")
        case .emptyLines(let file, let count, let first):
            "\(file): \(counted(count, "line")) \(count == 1 ? "is" : "are") empty and left out"
                + (count == 1 ? ": line \(grouped(first))" : ", the first of them line \(grouped(first))")
        case .textsWithoutLabels(let file):
            "\(file): its lines do not begin with __label__NAME, so its texts have no labels\n"
                + "  if it is a table: --text COLUMN --label COLUMN"
        case .rowsWithoutLabel(let file, let count):
            "\(file): \(counted(count, "row")) \(count == 1 ? "is" : "are") left out for lack of a label"
        case .outside(let file, let dataset, let feature, let found, let seen, let others):
            "\(place(file, dataset))\(feature.map { " \(brief($0))" } ?? "") goes from \(shortNumber(found.lowerBound)) to "
                + "\(shortNumber(found.upperBound)); training saw \(shortNumber(seen.lowerBound)) to "
                + "\(shortNumber(seen.upperBound))"
                + (others > 0 ? " (and \(counted(others, "other feature")) alike)" : "")
        }
    }
}

/// "proline goes from 278 to 1680"
private func words(_ feature: FeatureRange) -> String {
    "\(feature.feature.map { Int($0) == nil ? brief($0) : "feature \($0)" } ?? "its values") "
        + "\(feature.feature == nil ? "go" : "goes") from \(shortNumber(feature.range.lowerBound)) to "
        + shortNumber(feature.range.upperBound)
}

extension NamesDiffer {
    package var wording: String {
        let first = zip(was, now).first { $0 != $1 }
        let difference =
            if was.count == now.count, let first {
                "\(brief(first.1)) where it was \(brief(first.0))"
            } else {
                now.isEmpty ? "none" : listed(now)
            }
        return "\(place(file, dataset)) has other \(kind.rawValue) than when the run began: \(difference)\n"
            + "  give it that data, or begin a new run with --initial-weights"
    }
}

/// A number in at most six digits: 0.00392157, 1, 14.83.
package func shortNumber(_ value: Double) -> String {
    if abs(value) <= 0x1p53, let whole = Int(exactly: value) { return "\(whole)" }
    return String(format: "%.6g", value)
}
