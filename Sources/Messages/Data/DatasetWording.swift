import DatasetFiles
import Datasets
import Tables

extension DatasetError {
    package var code: ExitStatus {
        if case .tooLarge = self { .outOfMemory } else { .badData }
    }

    package var wording: String {
        switch self {
        case .noSplitFound(let file, let datasets):
            return "\(file): no training data under the usual names (/train/features and /train/labels, x_train and "
                + "y_train, …)\n  name them with --features and --labels; the file has \(names(of: datasets))"
        case .noSuchDataset(let file, let dataset, let datasets):
            return "\(file): there is no dataset \(dataset); the file has \(names(of: datasets))"
        case .rowCountsDiffer(let file, let features, let featureRows, let labels, let labelRows):
            return "\(file): \(labels) has \(counted(labelRows, "row")) but \(features) has \(featureRows)"
        case .noRows(let file, let dataset):
            return "\(file): \(dataset) has no rows"
        case .notNumbers(let file, let dataset, let type):
            return type == "string"
                ? "\(file): \(dataset) holds strings, not numbers\n"
                    + "  store numbers, or import a table with its columns of text: lockstep import csv"
                : "\(file): \(dataset) holds \(type), not numbers"
        case .notFinite(let file, let dataset, let row, let value):
            return "\(file): \(dataset) row \(row) has the value \(value); every value must be a finite number"
                + (value == "nan"
                    ? "\n  training with --missing mean, median or zero fills in features, with drop-row it leaves the row out"
                    : "")
        case .tooLarge(let file, let dataset, let shape):
            return
                "\(file): \(dataset) is \(dimensions(shape)) numbers, more than the memory that this process may have"
        case .beyondFloat(let file, let dataset, let row, let value):
            return "\(file): \(dataset) row \(row) has the value \(value), beyond the largest 32-bit float (3.4e38)\n"
                + "  write the numbers in a larger unit, or their logarithms"
        case .scaledBeyondFloat(let file, let dataset, let row, let value, let scale, let offset):
            return "\(file): \(dataset) row \(row) has the value \(value), and \(value) · \(scale)"
                + (offset.map { " + \($0)" } ?? "") + " is beyond the largest 32-bit float (3.4e38)\n"
                + "  choose another scale: --feature-scale"
        case .missingValue(let file, let dataset, let row, let attribute, let value):
            return "\(file): \(dataset) row \(row) is missing: it has the \(attribute) \(value); "
                + "fill it in or leave the row out"
        case .factorNotFinite(let file, let dataset, let attribute):
            return "\(file): \(dataset) has an attribute \(attribute) that is not a finite number\n"
                + "  write it anew" + (attribute.hasPrefix("scale") ? ", or give --feature-scale" : "")
        case .scaleIsZero(let file, let dataset, let attribute, let value):
            return "\(file): \(dataset) has the attribute \(attribute) \(value), "
                + (value == "0" ? "which makes all values the same" : "which is 0 as a 32-bit float")
                + "\n  write it anew, or give --feature-scale"
        case .unequalAttributes(let file, let dataset, let attributes, let values):
            return "\(file): \(dataset) has the attributes "
                + zip(attributes, values).map { "\($0) \($1)" }.joined(separator: " and ")
                + ", which mean the same\n  take one of them away"
        case .scaledLabels(let file, let dataset, let attribute, let value):
            return "\(file): \(dataset) has the attribute \(attribute) \(value), but labels are taken as they are\n"
                + "  write the labels that are meant, and take the attribute away"
        case .beyondInteger(let file, let dataset, let row, let value):
            return "\(file): \(dataset) row \(row) is \(value), beyond the largest 64-bit integer "
                + "(9223372036854775807)\n  class ids count from 0 on; store measurements as floats"
        case .unnamedClass(let file, let dataset, let row, let value, let names):
            return "\(file): \(dataset) row \(row) is \(value), but its attribute classes names only "
                + (names == 1 ? "1 class, 0" : "\(names) classes, 0 to \(names - 1)")
                + "\n  name every class, or take the attribute away"
        case .unusableShape(let file, let dataset, let shape):
            return "\(file): \(dataset) has the shape \(shape), which cannot be read as samples"
        case .noLabels(let file, let features):
            return "\(file): \(features) has no labels beside it; name them with --labels"
        case .unusableLengths(let file, let dataset, let shape):
            return "\(file): \(dataset) has the shape \(shape), which is not one number for each sequence"
        case .lengthNotWhole(let file, let dataset, let row, let value):
            return "\(file): \(dataset) row \(row) is \(value), which is no number of steps"
        case .lengthOutside(let file, let dataset, let row, let value, let features, let steps):
            return
                "\(file): \(dataset) row \(row) is \(value), but a sequence in \(features) has 0 to \(counted(steps, "step"))"
        case .offsetsBegin(let file, let dataset, let value):
            return "\(file): \(dataset) begins with \(value), not with 0"
        case .offsetsFall(let file, let dataset, let row, let value, let former):
            return "\(file): \(dataset) row \(row) is \(value), less than the \(former) before it"
        case .offsetsEnd(let file, let dataset, let value, let values, let steps):
            return "\(file): \(dataset) ends with \(value), but \(values) has \(counted(steps, "step"))\n"
                + "  the last offset is the number of all steps, and there is one offset more than sequences"
        case .sequenceCountDiffers(let file, let dataset, let rows, let offsets, let sequences, let steps):
            return
                "\(file): \(dataset) has \(counted(rows, "row")) but \(offsets) is of \(counted(sequences, "sequence")) with "
                + "\(counted(steps, "step"))\n  labels are one a sequence or one a step, and there is one offset more than sequences"
        case .stepCountsDiffer(let file, let dataset, let row, let labels, let features, let steps):
            return
                "\(file): \(dataset) row \(row) has \(counted(labels, "label")), but \(features) has \(counted(steps, "step"))\n"
                + "  write a label for each step, or one for each sequence"
        case .noSequences(let file, let dataset, let shape, let lengths):
            return
                "\(file): \(dataset) has the shape \(shape), in which \(lengths) cannot be the lengths of sequences\n"
                + "  sequences have the shape [samples, steps] or [samples, steps, channels]"
        case .stepsAreNotFirst(let file, let dataset, let axes):
            return
                "\(file): \(dataset) has the axes \(brief(axes)), but sequences with lengths have their steps first: TC\n"
                + "  write them in that order"
        case .noSteps(let file, let dataset):
            return "\(file): \(dataset) says that all sequences are empty"
        case .notAClassID(let file, let dataset, let row, let value, let classCount):
            return "\(file): \(dataset) row \(row) is \(value); class ids must be 0 to \(classCount - 1)"
        case .textIsNoMeasurement(let place, let text):
            return
                "\(place.wording) is the text \(brief(text)), not a number; texts are classes (--task classification)"
        case .notAClass(let place, let value):
            return "\(place.wording) is \(value); classes are texts or whole numbers\n"
                + "  if these are measurements: --task regression"
        case .repeatedClassName(let file, let dataset, let name):
            return "\(file): \(dataset) has two classes of the name \(brief(name)) in its attribute classes"
        case .idsAreNotWhole(let file, let dataset):
            return "\(place(file, dataset)): the network begins with an embedding, which reads whole numbers, "
                + "and there are others\n  write the ids of tokens, or leave the embedding out"
        case .idsBeyondTable(let file, let dataset, let smallest, let largest, let entries):
            return "\(place(file, dataset)) has ids from \(shortNumber(smallest)) to \(shortNumber(largest)), "
                + "and the embedding's table has \(grouped(entries)) entries, from 0 to \(grouped(entries - 1))\n  "
                + (smallest < 0 || largest > Double(Vocabulary.mostTokens)
                    ? "write ids from 0 to \(grouped(Vocabulary.mostTokens))"
                    : "train a table with an entry for each: entries=\(shortNumber(largest + 1))")
        case .standardizedBeyondFloat(let place):
            return "\(place.wording) is beyond the largest 32-bit float (3.4e38)\n"
                + "  write the numbers in a larger unit, or their logarithms"
        case .missingCell(let place):
            return "\(place.wording) is missing\n"
                + "  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        case .unseenCategory(let place, let category):
            return "\(place.wording) is \(brief(category)), which training has not met"
                + "\n  --unseen-categories zeros, in training, lets such values pass"
        case .noCategory(let place, let code, let categories):
            return
                "\(place.wording) is \(code), which is no place among its \(categories) categories, 0 to \(categories - 1)"
        case .noToken(let place, let id, let tokens):
            return
                "\(place.wording) is \(id), which is no id of its \(grouped(tokens)) tokens, 0 to \(grouped(tokens - 1))"
        case .badVocabulary(let file, let dataset):
            return
                "\(file): \(dataset) has a vocabulary that is no list of different texts, the first of them empty for unknown tokens"
        case .columnsAreNoSteps(let file, let columns, let steps, let channels):
            return
                "\(file): has \(counted(columns, "column")) of features; --steps \(steps)"
                + (channels == 1 ? "" : " --channels \(channels)") + " takes \(grouped(steps * channels))\n"
                + "  leave out what are no values of steps with --ignore"
        case .textAmongSteps(let file, let column):
            return "\(file): column \(brief(column)) is text, and the values of --steps are numbers\n"
                + "  leave the column out (\(ignoring([column])))"
        case .textAmongNumbers(let place, let text, let numbers):
            return "\(place.wording) is the text \(brief(text)), but \(counted(numbers, "other label")) are numbers\n"
                + "  correct it; --task classification takes each text and each number for a class"
        case .manyCategories(let file, let columns, let categories, let rows):
            return
                "\(file): column \(brief(columns[0])) has \(grouped(categories)) different texts in \(counted(rows, "row"))"
                + (columns.count > 1 ? ", and there are as many in \(listed(Array(columns.dropFirst())))" : "")
                + "\n  leave out what are no categories (\(ignoring(columns))), or keep each text as one (--categorical \(argument(columns)))"
        case .manyClasses(let place, let text, let classes, let rows):
            return "\(place.wording) is the text \(brief(text)); the labels are \(grouped(classes)) different texts in "
                + "\(counted(rows, "row"))\n  write measurements as numbers, without signs and units; "
                + "--task classification takes each text for a class"
        case .labelBeyondFloat(let place, let value):
            return "\(place.wording) is \(brief(value)), beyond the largest 32-bit float (3.4e38)\n"
                + "  write the numbers in a larger unit, or their logarithms"
        case .badCategories(let file, let dataset):
            return "\(file): \(dataset) has an attribute categories that is not one JSON list of texts for each feature"
        case .noChannels(let file, let dataset, let shape):
            return "\(Messages.place(file, dataset)) has samples of \(dimensions(shape)), which have no channels; "
                + "choose --standardize feature or all, or say where they are: --axes"
        case .axesDoNotFit(let file, let dataset, let axes, let shape, let isSaidByFile):
            let fitting = 1...3 ~= shape.count ? ["T", "HW or TC", "HWC or CHW"][shape.count - 1] : nil
            return
                "\(Messages.place(file, dataset)) has samples of \(dimensions(shape)), which cannot have the axes \(brief(axes))\n"
                + (isSaidByFile
                    ? "  correct its attribute axes" + (fitting.map { ": \($0)" } ?? ", or leave it out")
                    : fitting.map { "  say one letter for each number: \($0)" } ?? "  leave --axes out")
        case .axesContradict(let file, let dataset, let said, let found):
            return "\(Messages.place(file, dataset)) has the axes \(brief(found)), --axes says \(said)\n"
                + "  leave --axes out, or correct the file's attribute axes"
        case .channelsAreFirst(let file, let dataset, let shape, let isSaidByFile):
            return
                "\(Messages.place(file, dataset)) has samples of \(dimensions(shape)); as HWC they are \(shape[0]) high and have "
                + "\(shape[2]) channels, so their channels come first\n"
                + (isSaidByFile ? "  correct its attribute axes: CHW" : "  --axes CHW says so")
        case .spreadNotFinite(let file, let dataset, let feature):
            return
                "\(Messages.place(file, dataset)) \(brief(feature)) cannot be standardised: the squares of its values are no numbers "
                + "that a computer has\n  write it in another unit, or choose --standardize none"
        case .targetSpreadNotFinite(let file, let dataset):
            return
                "\(file): \(brief(dataset)) cannot be standardised: the squares of its values are no numbers that a computer has\n"
                + "  write it in another unit, or choose --standardize-targets no"
        case .noCompleteRows(let file, let dataset):
            return "\(Messages.place(file, dataset)) has a missing value in every row, so drop-row leaves none\n"
                + "  choose what stands in for missing values: --missing mean, median or zero"
        case .allMissing(let file, let dataset):
            return "\(Messages.place(file, dataset)) has no values, all are missing"
        case .unusableWeights(let file, let dataset, let shape):
            return "\(file): \(dataset) has the shape \(shape), which is not one weight for each sample"
        case .noWeight(let file, let dataset):
            return "\(file): all weights of a split in \(brief(dataset)) are 0, so nothing is left to learn or to judge"
        case .badWeight(let place, let value):
            return "\(place.wording) is \(value); weights must be finite and at least 0"
        case .notOneHot(let file, let dataset, let row):
            return "\(file): \(dataset) row \(row) is not one 1 among zeros; cross entropy needs class ids or such rows"
        case .notADistribution(let file, let dataset, let row, let value, let sum):
            return "\(file): \(dataset) row \(row) is no distribution: "
                + (value.map { "it has \($0)" } ?? "it adds up to \(sum)")
                + "\n  cross entropy takes class ids, one-hot rows, or probabilities"
        case .notBinary(let file, let dataset, let row, let value):
            return "\(file): \(dataset) row \(row) is \(value); this loss needs targets from 0 to 1"
        case .unequalLabelWidths(let file, let dataset, let expected, let found):
            return "\(file): \(dataset) has \(found) numbers a row, the network puts out \(expected)"
        }
    }

    private func names(of datasets: [String]) -> String {
        guard !datasets.isEmpty else { return "no datasets" }
        let shown = datasets.prefix(12).joined(separator: ", ")
        return datasets.count > 12 ? "\(shown) and \(datasets.count - 12) more" : shown
    }
}

extension IDXError {
    package var code: ExitStatus {
        if case .noSuchFile = self { .noInput } else { .badData }
    }

    package var wording: String {
        switch self {
        case .noSuchFile(let path): "\(path): no such file"
        case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
        case .wrongKind(let path, let kind): kind.wording(of: path, not: "an IDX file")
        case .wrongMagic(let path, let found):
            "\(path): not an IDX file: it begins with \(found.map(hexadecimal).joined(separator: " ")), "
                + "not with 00 00 08 and the number of dimensions"
        case .unsupportedType(let path, let name):
            "\(path): holds values of type \(name); only unsigned bytes are read"
        case .truncated(let path, let expected, let found):
            "\(path): cut short: its header promises \(expected) bytes, it has \(found)"
        case .trailingBytes(let path, let expected, let found):
            "\(path): too long: its header promises \(expected) bytes, it has \(found)"
        }
    }

    private func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}

extension ImportMismatch {
    package var wording: String {
        switch self {
        case .rowCountsDiffer(let features, let featureRows, let labels, let labelRows):
            "\(labels) has \(labelRows) labels but \(features) has \(featureRows) images"
        case .notLabels(let path, let shape):
            "\(path): has the shape \(shape), not that of labels; are images and labels swapped?"
        case .notImages(let path, let shape):
            "\(path): has the shape \(shape), not that of images; are images and labels swapped?"
        case .unequalSampleShapes(let path, let expected, let found):
            "\(path): has images of \(dimensions(found)), the training file of \(dimensions(expected))"
        case .unequalChannels(let path, let expected, let found, let train):
            "\(path): has series of \(counted(found, "channel")), those of \(train) have \(grouped(expected))"
        case .unequalLabels(let path, let areMeasurements, let train):
            "\(path): has \(areMeasurements ? "measurements" : "classes") as labels, \(train) has not"
        case .unequalHeaders(let path, hasHeader: true):
            "\(path): its first row is a header, that of the training file is a sample\n"
                + "  if they are alike, say what they are with --header yes or no"
        case .unequalHeaders(let path, hasHeader: false):
            "\(path): its first row is a sample, that of the training file is a header\n"
                + "  if they are alike, say what they are with --header yes or no"
        }
    }
}

/// The first of the columns' names, as a list.
func listed(_ columns: [String]) -> String { listed(columns.map(brief), most: 20) }
