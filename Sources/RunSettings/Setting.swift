/// What is wrong with a value that a user gave; worded where it is printed.
package enum SettingProblem: Error, Sendable, Equatable {
    case notOneOf([String], given: String)
    case notANumber(given: String)
    case notAnInteger(given: String)
    /// `bounds` in words: "at least 1", "at least 0 and below 1".
    case outOfBounds(String, given: String)
    case notOfForm(String, given: String)
}

/// One setting of a run: its name, and how it is read from and written as text. The same table serves flags, `--set`,
/// configuration files, run directories and checkpoints, so that each value is checked in one place.
package struct Setting: Sendable {
    /// `batchSize`, as in files and `--set`.
    package let key: String
    /// Whether the trained bits depend on it, so that checkpoints carry it and a resume may not change it.
    package let shapesBits: Bool
    /// Whether files write it as a list.
    package let isList: Bool
    package let set: @Sendable (inout Configuration, String) throws(SettingProblem) -> Void
    /// nil for a path where there is none.
    package let text: @Sendable (Configuration) -> String?

    /// `--batch-size`
    package var flag: String {
        "--" + key.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }

    /// The setting called `key`.
    package static func named(_ key: String) -> Setting? {
        all.first { $0.key == key }
    }

    /// Of the settings that name datasets inside the file.
    static let dataNames = [
        "features", "labels", "validationFeatures", "validationLabels", "testFeatures", "testLabels",
    ]

    /// Every setting, in the order in which files list them.
    package static let all: [Setting] = [
        .optionalText("data", \.dataPath),
        .optionalText("features", \.features),
        .optionalText("labels", \.labels),
        .optionalText("validationFeatures", \.validationFeatures),
        .optionalText("validationLabels", \.validationLabels),
        .optionalText("testFeatures", \.testFeatures),
        .optionalText("testLabels", \.testLabels),
        Setting(
            key: "featureScale", shapesBits: true, isList: false,
            set: { (c, text) throws(SettingProblem) in
                c.featureScale = text == automatic ? nil : try quotient(text, positive)
            },
            text: { $0.featureScale.map { "\($0)" } ?? automatic }),
        Setting(
            key: "layers", shapesBits: true, isList: true,
            set: { (c, text) throws(SettingProblem) in c.layers = try widths(text) },
            text: { $0.layers.map(String.init).joined(separator: ",") }),
        .choice("activation", \.activation),
        .automaticChoice("outputActivation", \.outputActivation),
        .automaticChoice("loss", \.loss),
        .number("labelSmoothing", \.labelSmoothing, fraction),
        Setting(
            key: "classWeights", shapesBits: true, isList: false,
            set: { (c, text) throws(SettingProblem) in c.classWeights = try classWeights(text) },
            text: { $0.classWeights.description }),
        .number("huberDelta", \.huberDelta, positive),
        Setting(
            key: "initializer", shapesBits: true, isList: false,
            set: { (c, text) throws(SettingProblem) in c.initializer = try initializer(text) },
            text: { $0.initializer?.description ?? automatic }),
        .number("dropout", \.dropout, fraction),
        .choice("optimizer", \.optimizer),
        .choice("precision", \.precision),
        .automaticNumber("learningRate", \.learningRate, positive),
        Setting(
            key: "schedule", shapesBits: true, isList: false,
            set: { (c, text) throws(SettingProblem) in c.schedule = try schedule(text) },
            text: { $0.schedule.description }),
        .integer("warmupSteps", \.warmupSteps, 0...1_000_000_000),
        .automaticInteger("scheduleSteps", \.scheduleSteps, 1...Int.max, shapesBits: true),
        .automaticNumber("momentum", \.momentum, fraction),
        .flag("nesterov", \.nesterov),
        .number("beta1", \.beta1, fraction),
        .number("beta2", \.beta2, fraction),
        .number("rho", \.rho, fraction),
        .number("trust", \.trust, positive),
        .automaticNumber("epsilon", \.epsilon, positive),
        .number("weightDecay", \.weightDecay, nonNegative),
        .flag("decoupledDecay", \.decoupledDecay),
        .flag("decayBiases", \.decayBiases),
        .number("l1", \.l1, nonNegative),
        .automaticNumber("maxNorm", \.maxNorm, positive, none: "none"),
        .automaticNumber("clipNorm", \.clipNorm, positive, none: "none"),
        .automaticNumber("clipValue", \.clipValue, positive, none: "none"),
        .automaticNumber("movingAverage", \.movingAverage, fraction, none: "none"),
        .integer("batchSize", \.batchSize, 1...10_000_000),
        .integer("accumulate", \.accumulate, 1...1_000_000),
        .flag("largeBatch", \.largeBatch, shapesBits: false),
        .automaticInteger("shards", \.shards, 1...4096, shapesBits: true),
        Setting(
            key: "seed", shapesBits: true, isList: false,
            set: { (c, text) throws(SettingProblem) in
                guard let seed = UInt64(text) else { throw .notOfForm("a whole number from 0 to 2⁶⁴ − 1", given: text) }
                c.seed = seed
            },
            text: { "\($0.seed)" }),
        .choice("shuffle", \.shuffle),
        .choice("onDivergence", \.onDivergence, shapesBits: false),
        .integer("epochs", \.epochs, 1...1_000_000_000, shapesBits: false),
        .automaticInteger("maxSteps", \.maxSteps, 0...Int.max, shapesBits: false, none: "none"),
        .automaticInteger("patience", \.patience, 1...1_000_000_000, shapesBits: false, none: "none"),
        .optionalText("initialWeights", \.initialWeights),
        .automaticInteger("workers", \.workers, 1...1024, shapesBits: false),
        Setting(
            key: "checkpointEvery", shapesBits: false, isList: false,
            set: { (c, text) throws(SettingProblem) in c.checkpointEvery = try cadence(text) },
            text: { $0.checkpointEvery?.description ?? automatic }),
        .integer("keep", \.keep, 1...1_000_000_000, shapesBits: false),
    ]
}

extension Configuration {
    /// `data`, for the table: the empty path is no path.
    fileprivate var dataPath: String? {
        get { data.isEmpty ? nil : data }
        set { data = newValue ?? "" }
    }
}
