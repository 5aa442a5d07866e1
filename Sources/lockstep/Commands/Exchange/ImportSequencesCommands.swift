import ArgumentParser
import DatasetFiles
import Display
import Messages
import RunSettings
import Tables

struct ImportUCRCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ucr",
        abstract: "Import time series of the UCR and UEA archives, compressed with gzip or not.",
        discussion: """
            A .tsv file has a series on each line: its class, then its values, with tabs between them; missing values at the end of \
            a line are the padding of a shorter series. A .ts file has a header, and several dimensions.

            lockstep import ucr --train Coffee_TRAIN.tsv --test Coffee_TEST.tsv -o coffee.h5
            """)

    @OptionGroup var files: ImportFiles
    @Option(
        help: ArgumentHelp(
            "What is to stand in for missing values in training: mean, median, zero or drop-row. They are refused without it.",
            valueName: "name"))
    var missing: String?

    func run() throws {
        let policy = try missing.flatMap { try configured("missing", $0, reportedAs: "--missing").missing }
        try files.write { path in
            try showing("importing \(files.train)") {
                try importSeries(
                    train: files.train, test: files.test, missing: policy ?? .refuse, to: path, note: printNote,
                    advance: $0)
            }
        }
    }
}

struct ImportTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Import texts as ids of their tokens, from lines or tables, compressed with gzip or not.",
        discussion: """
            Lines are those of fastText: __label__NAME and a text; without labels they are for predictions. With --text they are the \
            rows of a table (CSV, TSV). The more frequent a token of the training texts, the smaller its id; 0 is any other token, \
            and any of more than \(Vocabulary.longestToken) bytes. Nothing is made lower case.

            lockstep import text --train lines.txt --tokens characters -o lines.h5
            lockstep import text --train reviews.csv --text review --label stars -o reviews.h5
            """)

    @OptionGroup var files: ImportFiles
    @Option(
        help: ArgumentHelp(
            "What has an id: words, which white space separates, or characters (Unicode scalars).", valueName: "name"))
    var tokens = TokenKind.words.rawValue
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of the most frequent tokens that have an id. Default: all.", valueName: "N"))
    var vocabularySize: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Column of a table with the texts: its name or position.", valueName: "column"))
    var text: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Column of a table with the labels: its name or position.", valueName: "column"))
    var label: String?

    func validate() throws {
        if label != nil, text == nil { throw ValidationError("--label is a column of a table; it goes with --text") }
    }

    func run() throws {
        guard let kind = TokenKind(rawValue: tokens) else {
            let problem = SettingProblem.notOneOf(TokenKind.allCases.map(\.rawValue), given: tokens)
            throw Failure(.usage, problem.wording(of: "--tokens"))
        }
        let (source, size) = (TextSource(tokens: kind, column: text, label: label), try size())
        try files.write { path in
            try showing("importing \(files.train)") {
                try importTexts(
                    train: files.train, test: files.test, source, vocabularySize: size, to: path, note: printNote,
                    advance: $0)
            }
        }
    }

    /// - Throws: `Failure` for an invalid value.
    private func size() throws -> Int? {
        guard let vocabularySize else { return nil }
        do {
            return try integer(vocabularySize, 1...Vocabulary.mostTokens)
        } catch {
            throw Failure(.usage, error.wording(of: "--vocabulary-size"))
        }
    }
}
