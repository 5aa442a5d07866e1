/// Why a file cannot be used with a network: it means something else than what the network has learned from. `file` is the
/// path as the user gave it, `dataset` the path inside it; empty for a table of text.
package enum SchemaMismatch: Error, Codable, Sendable, Equatable {
    case sampleShape(file: String, dataset: String, expected: [Int], found: [Int])
    /// The steps of sequences have another number of values than those that the model has learned from.
    case channels(file: String, dataset: String, expected: Int, found: Int)
    /// Samples are sequences of different lengths, and the model has learned from samples of one shape.
    case lengthsDiffer(file: String, dataset: String, lengths: String, expected: [Int])
    /// Labels are one a step and the model has learned from labels one a sample, or the reverse.
    case stepsOfLabels(file: String, dataset: String, areOfSteps: Bool)
    /// The axes of samples are no others' in another order.
    case axes(file: String, dataset: String, expected: String, found: String)
    /// The file does not say its axes, and its samples would fit with other axes than the model's.
    case axesUnsaid(
        file: String, dataset: String, expected: [Int], axes: String, found: [Int], foundAxes: String)
    /// `unknown` are the features that the file has and the model has not.
    case missingFeatures(file: String, dataset: String, names: [String], unknown: [String])
    case unknownFeatures(file: String, dataset: String, names: [String], isTable: Bool)
    /// The file has another scale or offset than the model; each a scale and an offset.
    case scale(file: String, dataset: String, expected: [Double], found: [Double])
    /// The file says nothing of a scale, and has another type of raw values than the model.
    case unknownScale(file: String, dataset: String, type: String, expectedType: String, scale: Double)
    /// A feature is text in one and numbers in the other.
    case featureKind(file: String, dataset: String, feature: String, isText: Bool)
    /// A class of the file has another name than all classes of the model. `line` is of a table of text.
    case unknownClass(Place, name: String, classes: [String])
}

/// A value's place, for messages: "t.csv:17: column kind", "data.h5: /train/labels row 5".
package struct Place: Codable, Sendable, Equatable {
    package let file: String
    /// The path of a dataset inside the file, or the name of a column.
    package let object: String
    package let row: Int
    /// The step of a row that is a sequence; nil if the row is meant.
    package let step: Int?
    /// The line of a table of text, counted from 1.
    package let line: Int?

    package init(file: String, object: String, row: Int, step: Int? = nil, line: Int? = nil) {
        (self.file, self.object, self.row, self.step, self.line) = (file, object, row, step, line)
    }
}

/// A feature and the range of its values.
package struct FeatureRange: Sendable, Equatable {
    /// nil for all features together.
    package let feature: String?
    package let range: ClosedRange<Double>
}

/// What was taken for granted when a file was read, or changed in it: told to the user.
package enum SchemaNote: Sendable, Equatable {
    /// The file says nothing of a scale, so the model's is used.
    case scaleOfModel(file: String, dataset: String, scale: Double, offset: Double)
    /// The file has no names, so its features are taken for the model's, in order.
    case namesOfModel(file: String, dataset: String, names: [String])
    /// The model has no names, so that the file's do not matter.
    case namesUnknown(file: String, dataset: String)
    case reordered(file: String, dataset: String)
    /// The samples have the model's axes in another order, and are brought into the model's.
    case axes(file: String, dataset: String, axes: String, expected: String)
    /// The attribute `axes` of a file says none that there are.
    case axesUnknown(file: String, dataset: String, axes: String)
    /// The samples are rows of values, which are taken for images or sequences of this shape, with these axes.
    case flattened(file: String, dataset: String, shape: [Int], axes: String)
    /// Samples that are said to have their channels last look as if they had them first.
    case channelsMayBeFirst(file: String, dataset: String, shape: [Int])
    /// The class ids have no names, so they are taken for the model's, in order.
    case classesOfModel(file: String, dataset: String, classes: [String])
    /// Features that are not standardised differ in spread a hundredfold.
    case unequalSpread(file: String, dataset: String, wide: FeatureRange, narrow: FeatureRange)
    /// A feature that is not standardised lies beyond ±100.
    case farFromZero(file: String, dataset: String, FeatureRange, others: Int)
    /// Rows with missing values were left out.
    case droppedRows(file: String, dataset: String, count: Int, of: Int)
    /// Integers that have names as classes do are taken for measurements.
    case measurementsWithNames(file: String, dataset: String, names: [String])
    /// Bytes where the model has learned from other numbers, or the reverse; neither has a scale.
    case elementType(file: String, dataset: String, type: String, expected: String)
    /// Categories that training has not met became zeros, in `count` cells; the first of them.
    case unseenCategories(file: String, dataset: String, feature: String, category: String, count: Int)
    /// A text feature has so many categories that each has few rows.
    case manyCategories(file: String, dataset: String, feature: String, categories: Int, rows: Int)
    /// All values of a feature are missing.
    case noValues(file: String, dataset: String, feature: String)
    /// A feature of whole numbers grows from row to row.
    case countsRows(file: String, dataset: String, feature: String)
    /// The loss is weighted by a dataset or a column.
    case weighted(file: String, by: String)
    /// The data is not that which the model has learned from, so that its shares cannot be told apart.
    case otherData(name: String)
    /// Training weighted the loss by a column that the table has not.
    case unweighted(file: String, column: String)
    /// A feature of a table with a header has no name.
    case columnWithoutName(file: String, column: String)
    /// Missing values of a feature were filled in: the one with most of them.
    /// `areSteps` says whether `of` counts the steps of sequences.
    case filled(
        file: String, dataset: String, feature: String, count: Int, of: Int, others: Int, areSteps: Bool = false)
    /// Sequences without a step.
    case emptySequences(file: String, dataset: String, count: Int, of: Int)
    /// The file has no vocabulary, so its ids are taken for the model's.
    case vocabularyOfModel(file: String, dataset: String, tokens: [String])
    /// Tokens that the model does not know became id 0.
    case unknownTokens(file: String, dataset: String, count: Int, of: Int)
    /// Tokens of an imported text are not in the vocabulary of the training texts, or not among its most frequent ones.
    case tokensLeftOut(file: String, split: String, count: Int, of: Int)
    /// Empty lines of a file of texts were left out.
    case emptyLines(file: String, count: Int, first: Int)
    /// The lines of a file of texts have no labels.
    case textsWithoutLabels(file: String)
    /// Rows of a table were left out because they have no label.
    case rowsWithoutLabel(file: String, count: Int)
    /// A value lies far outside the range that training saw.
    case outside(
        file: String, dataset: String, feature: String?, found: ClosedRange<Double>, seen: ClosedRange<Double>,
        others: Int)
}

extension SchemaNote {
    /// Whether it says that features should be standardised.
    package var isOfScale: Bool {
        switch self {
        case .unequalSpread, .farFromZero: true
        default: false
        }
    }

    /// Whether it says that sequences have no steps.
    package var isOfEmptySequences: Bool { if case .emptySequences = self { true } else { false } }

    /// Whether it says that missing values were filled in.
    package var isOfFilling: Bool { if case .filled = self { true } else { false } }
}
