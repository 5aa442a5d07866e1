import Datasets
import Splits

extension Setting {
    /// The settings of the data, in the order of settings files.
    static let ofData: [Setting] = [
        .path("data", \.dataPath, .data, "Path of the data, an HDF5 file or a table (CSV, TSV)."),
        .path(
            "features", \.features, .data,
            "Path of the training features inside an HDF5 file. Common names are found automatically."),
        .path("labels", \.labels, .data, "Path of the training labels inside an HDF5 file."),
        .path("validationFeatures", \.validationFeatures, .data, "Path of the validation features inside the file."),
        .path("validationLabels", \.validationLabels, .data, "Path of the validation labels inside the file."),
        .path("testFeatures", \.testFeatures, .data, "Path of the test features inside the file."),
        .path("testLabels", \.testLabels, .data, "Path of the test labels inside the file."),
        .column("label", \.label, "Label column of a table: its name, or its position counted from 1."),
        .columns("ignore", \.ignore, "Columns of a table that are left out, separated by commas."),
        .columns(
            "categorical", \.categorical,
            "Columns of a table that are taken for categories even if they are numbers, separated by commas."),
        .automaticInteger(
            "steps", \.steps, 1...1_000_000, .table,
            "Number of steps of a table's rows that are sequences: its columns are the values of the first step, then of the second, "
                + "and so on.", shapesBits: true, none: "none"),
        .automaticInteger(
            "channels", \.channels, 1...1_000_000, .table,
            "Number of values of each step, with --steps. One if it is not given.", shapesBits: true, none: "none"),
        .automaticChoice(
            "header", \.header, .table, "Whether the first row of a table is a header. auto finds out."),
        .automaticChoice(
            "delimiter", \.delimiter, .table, "Character between the fields of a table. auto finds out."),
        .automaticChoice(
            "decimal", \.decimal, .table, "Decimal mark of a table's numbers. auto finds out."),
        .automaticChoice(
            "task", \.task, .data,
            "What the labels are: classes or measurements. auto takes texts and few different whole numbers for classes."
        ),
        .automaticChoice(
            "axes", \.axes, .data,
            "Axes of a sample: height, width and channels (HWC, CHW), height and width (HW), time and channels (TC), or time (T). "
                + "auto takes what the file's attribute axes says, or else tells images by their shape."),
        .automaticChoice(
            "standardize", \.standardize, .data,
            "Standardise the inputs with mean and deviation of the training split: of each feature, of each channel, or of all; "
                + "min-max brings each feature to 0 to 1. auto is feature for tables (channel with --steps), none for other files."
        ),
        .automaticChoice(
            "standardizeTargets", \.standardizeTargets, .data,
            "Standardise measurements with mean and deviation of the training split. Losses, errors and predictions are shown "
                + "in the original unit. auto is yes for tables."),
        .automaticChoice(
            "missing", \.missing, .table,
            "What stands in for a missing value of a feature: the mean or the median of the training split (for text, its most "
                + "frequent category), or 0. drop-row leaves the row out. auto refuses missing values, unless the file says otherwise."
        ),
        .choice(
            "unseenCategories", \.unseenCategories, .data,
            "What becomes of a category that training has not met: an error, or zeros."),
        .column(
            "sampleWeights", \.sampleWeights,
            "Column of a table, or path inside an HDF5 file, with a weight of each sample in the loss."),
        .number(
            "validationShare", \.validationShare, fraction, .table,
            "Share of the samples that are taken for the validation split."),
        .number("testShare", \.testShare, fraction, .table, "Share of the samples that are taken for the test split."),
        Setting(
            key: "split", group: .table,
            help:
                "How shares are taken: \(SplitShares.Method.forms.joined(separator: ", ")). stratified keeps the shares of the "
                + "classes, ordered takes the last samples; group keeps samples with the same value of a column together, which is then no feature.",
            form: .text, valueName: "method", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                guard let method = SplitShares.Method(text) else {
                    throw .notOneOf(SplitShares.Method.forms, given: text)
                }
                c.split = method
            },
            text: { $0.split.description }),
        .seed("splitSeed", \.splitSeed, .table, "Seed of the random numbers for the splits by share."),
        Setting(
            key: "featureScale", group: .data,
            help: "Factor by which features are multiplied, such as 1/255. Replaces the dataset's attribute scale.",
            form: .number,
            valueName: "number", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                c.featureScale = text == automatic ? nil : try quotient(text, positive)
            },
            text: { $0.featureScale.map { "\($0)" } ?? automatic }),
    ]

    /// A column of a table.
    private static func column(
        _ key: String, _ path: WritableKeyPath<Configuration, String?> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, group: .table, help: help, form: .text, valueName: "column", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in c[keyPath: path] = text },
            text: { $0[keyPath: path] })
    }

    /// Columns of a table, separated by commas.
    private static func columns(
        _ key: String, _ path: WritableKeyPath<Configuration, [String]> & Sendable, _ help: String
    ) -> Setting {
        Setting(
            key: key, group: .table, help: help, form: .text, valueName: "columns", shapesBits: true,
            set: { (c, text) throws(SettingProblem) in
                c[keyPath: path] = text.split(separator: ",").map { String($0.trimmingSpaces) }
            },
            text: { $0[keyPath: path].isEmpty ? nil : $0[keyPath: path].joined(separator: ",") })
    }
}

extension Configuration {
    /// `data` as an optional path, for the table.
    fileprivate var dataPath: String? {
        get { data.isEmpty ? nil : data }
        set { data = newValue ?? "" }
    }
}
