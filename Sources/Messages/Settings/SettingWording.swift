import RunSettings

extension SettingProblem {
    /// The message for an invalid value of `name`, a flag or a key.
    package func wording(of name: String) -> String {
        switch self {
        case .notOneOf(let valid, let given):
            let near =
                nearest(to: RunSettings.name(ofForm: given), in: valid.map(RunSettings.name(ofForm:))).flatMap {
                    $0 == given ? nil : "; did you mean \($0)?"
                } ?? ""
            return "\(name) must be one of \(valid.joined(separator: ", ")) (got \(given))\(near)"
        case .notANumber(let given): return "\(name) must be a number (got \(given))"
        case .notAnInteger(let given): return "\(name) must be a whole number (got \(given))"
        case .outOfBounds(let bounds, let given): return "\(name) must be \(bounds) (got \(given))"
        case .notOfForm(let form, let given): return "\(name) must be \(form) (got \(given))"
        case .badNetwork(let error): return "\(name): \(error.wording)"
        }
    }
}

extension EmptySplitReason {
    fileprivate var wording: String {
        switch self {
        case .classes(let count): "each of its \(grouped(count)) classes keeps one for training"
        case .groups: "its groups, which stay together, are too large"
        }
    }
}

extension SettingsError {
    package var wording: String {
        switch self {
        case .outputActivationDoesNotFit(let loss, let outputActivation, let required):
            "--loss \(loss) goes with --output-activation \(required) (got \(outputActivation))"
        case .softmaxOfOneOutput(let outputActivation):
            "--output-activation \(outputActivation) needs two outputs or more: of one it is always the same; use sigmoid"
        case .settingDoesNotFit(let setting, let other, let value, let fitting):
            "\(Setting.named(setting)?.flag ?? setting) goes with --\(other) \(fitting.joined(separator: " or ")) "
                + "(got \(value))"
        case .noSplitForPatience(let file):
            "--patience needs a validation or a test split, to see when the loss stops falling; \(file) has neither"
        case .warmupTooLong(let steps, let totalSteps):
            "--warmup-steps must be below the run's \(grouped(totalSteps)) steps (got \(grouped(steps)))"
        case .wrongNumberOfClassWeights(let expected, let found):
            "--class-weights must be \(expected) numbers, one a class (got \(found))"
        case .lossNeedsClasses(let loss):
            "--loss \(loss) needs classes, and the labels are measurements; use --loss mse"
        case .targetsCannotBeStandardized(let task, let loss, let outputActivation):
            task == "classification"
                ? "--standardize-targets is for measurements, and the labels are classes"
                : "--standardize-targets goes with --output-activation identity and a loss of measurements, such as mse (got "
                    + "\(loss) and \(outputActivation))"
        case .shareBesideSplit(let file, let split):
            "\(file) has a \(split) split; --\(split)-share would make another one"
        case .emptySplit(let file, let split, let share, let samples, let reason):
            "\(file): a share of \(shortNumber(share)) of its \(counted(samples, "sample")) leaves none for the \(split) split"
                + (reason.map { "; \($0.wording)" } ?? "")
        case .sharesTooLarge: "--validation-share and --test-share together must be below 1"
        case .splitWithoutShare(let setting):
            "\(Setting.named(setting)?.flag ?? setting) says how shares are taken; it goes with --validation-share or --test-share"
        case .onlyWithoutInitialWeights:
            "--only says which layers a checkpoint gives; it goes with --initial-weights"
        case .classOutsideTraining(let file, let name, let split):
            "\(file): --split \(brief(split)) leaves no sample of class \(brief(name)) for training\n"
                + "  choose --split stratified, which leaves one of each class at least, or another --split-seed"
        case .noLabelColumn(let file, let columns):
            "\(file) is a table; --label says which column is to be learned: \(listed(columns.map(brief), most: 20))"
        case .channelsWithoutSteps: "--channels says how many values a step has; it goes with --steps"
        case .standardizesIDs:
            "--standardize is for measurements, and the network begins with an embedding, which reads ids\n  leave it out"
        case .groupsNeedATable(let file, let column):
            "--split group:\(brief(column)) takes a column of a table, and \(file) is an HDF5 file"
        case .settingOfOtherFiles(let setting, let file, let isTable):
            "\(Setting.named(setting)?.flag ?? setting) is for \(isTable ? "HDF5 files" : "tables"), and \(file) is "
                + (isTable ? "a table" : "an HDF5 file")
        case .networkDoesNotFit(let error): "--layers: \(error.wording)"
        case .dropoutBesideWords(let items):
            "--dropout is for hidden layers that are widths (got \(brief(items)))\n"
                + "  write dropout RATE among the items of --layers, where it is to be"
        case .sampleByItself(let batchSize, let groupSize, let samples, let fitting):
            "batch normalisation compares samples, and with --batch-size \(batchSize)"
                + (groupSize < min(batchSize, samples) ? ", computed in groups of \(groupSize)," : "") + " one of "
                + "\(counted(samples, "sample")) is by itself\n"
                + (fitting.isEmpty
                    ? "  use norm=layer"
                    : "  use --batch-size \(fitting.map(String.init).joined(separator: " or ")), or norm=layer")
        case .augmentNeedsImages(let shape, let axes):
            "--augment changes images, and samples of "
                + (shape.count == 1 ? counted(shape[0], "feature") : dimensions(shape))
                + (axes.map { " are none: their axes are \(brief($0))" }
                    ?? (shape.count == 3 ? " have open axes\n  say them: --axes HWC or CHW" : " are none"))
        case .augmentIsTooLarge(let change, let height, let width):
            "--augment \(change) is too large for images of \(dimensions([height, width]))\n"
                + "  its number of pixels must be below \(min(height, width))"
        case .tooManyClasses(let loss, let classCount):
            "--loss \(loss) needs two classes, the labels have \(classCount); use --loss cross-entropy"
        case .labelsWithoutFeatures(let labels, let features):
            "\(Setting.named(labels)?.flag ?? labels) needs \(Setting.named(features)?.flag ?? features)"
        }
    }
}

extension ConfigurationFileError {
    package var wording: String {
        switch self {
        case .notYAML(let location, let reason):
            // This is what the YAML library says of brackets without quotes within a list.
            "\(location): not YAML: \(reason)"
                + (reason.contains("expected ',' or ']'")
                    ? "\n  close the list with ], and write items that have brackets in quotes" : "")
        case .notAMapping(let location): "\(location): must have lines of the form key: value, such as batchSize: 256"
        case .unknownKey(let location, let key): "\(location): " + unknownSetting(key)
        case .duplicateKey(let location, let key): "\(location): \(key) is there twice; leave one of the lines out"
        case .notAScalar(let location, let key): "\(location): \(key) must be one value, or a list of values"
        case .entryIsNoValue(let location, let key):
            "\(location): \(key) must be a list of values\n  write items that have brackets in quotes, as in \"residual [64, 64]\""
        case .entryIsNoItem(let location, let key, let entry):
            "\(location): \(key): each entry of the list must be one whole item (got \(brief(entry)))"
        case .badValue(let location, let key, let problem): problem.wording(of: "\(location): \(key)")
        }
    }
}

/// The message for an unknown setting: the most similar one, or all of them.
package func unknownSetting(_ key: String) -> String {
    let keys = Setting.all.map(\.key)
    let near = nearest(to: key, in: keys).map { "; did you mean \($0)?" } ?? ""
    return "there is no setting \(key)\(near)\n  valid settings: \(keys.joined(separator: ", "))"
}

/// The candidate with the smallest edit distance to `word`; nil if none is similar.
package func nearest(to word: String, in words: [String]) -> String? {
    let distances = words.map { (word: $0, distance: editDistance(word.lowercased(), $0.lowercased())) }
    guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, (word.count + 1) / 3) ? best.word : nil
}

/// The edit distance of two words: insertions, deletions, substitutions, and swaps of neighbours (Damerau 1964).
private func editDistance(_ from: String, _ to: String) -> Int {
    let (from, to) = (Array(from), Array(to))
    var rows = [Array(0...to.count)]
    for i in from.indices {
        var row = [i + 1]
        for j in to.indices {
            var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (from[i] == to[j] ? 0 : 1))
            if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] { least = min(least, rows[i - 1][j - 1] + 1) }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[from.count][to.count]
}
