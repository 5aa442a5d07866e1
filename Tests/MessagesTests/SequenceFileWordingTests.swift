import DatasetFiles
import Datasets
import Messages
import RunSettings
import Tables
import Testing

/// The exact words of errors and notes of time series, texts and ids.
@Suite struct SequenceFileWordingTests {
    private static let ofFiles: [(SequenceFileError, String)] = [
        (
            .hasTimeStamps(path: "a.ts", row: 3),
            """
            a.ts:3: its values have time stamps, which are not read
              write the values alone, taken at equal intervals, with @timestamps false
            """
        ),
        (
            .badHeader(path: "a.ts", row: 3, text: "1,2:a"),
            """
            a.ts:3: 1,2:a is no header of a .ts file
              one begins with @, comments with #, and the series come after @data
            """
        ),
        (
            .unequalLength(path: "a.ts", row: 7, expected: 20, found: 1),
            """
            a.ts:7: the series has 1 step, those before it 20, and the header says @equalLength true
              mend the series, or let the header say @equalLength false
            """
        ),
        (.noData(path: "a.ts"), "a.ts: has no line @data, after which the series of a .ts file come"),
        (
            .noValues(path: "a.tsv", row: 7),
            """
            a.tsv:7: has a label and no values
              in a .tsv file of the UCR archive tabs separate the class and the values of a series, in a .ts file colons
            """
        ),
        (.notANumber(path: "a.tsv", row: 7, text: "x"), "a.tsv:7: x stands where a number must be"),
        (
            .notFinite(path: "a.tsv", row: 7, text: "1e39"),
            """
            a.tsv:7: 1e39 is beyond the largest 32-bit float (3.4e38)
              write the numbers in a larger unit, or their logarithms
            """
        ),
        (
            .missingValue(path: "a.tsv", row: 7, value: 1200),
            """
            a.tsv:7: value 1,200 of the series is missing
              fill it in, or import with --missing mean, median or zero, which fills it, or drop-row, which leaves the series out
            """
        ),
        (
            .unequalDimensions(path: "a.ts", row: 7, lengths: [20, 19]),
            "a.ts:7: the dimensions of the series have 20, 19 values; they must have the same number"
        ),
        (
            .otherDimensions(path: "a.ts", row: 7, expected: 12, found: 1),
            "a.ts:7: the series has 1 dimension, not 12"
        ),
        (.noSteps(path: "a.txt"), "a.txt: all of its sequences are empty"),
        (.noLabel(path: "a.txt", row: 7), "a.txt:7: has no label, and others have\n  add it, or leave the line out"),
        (
            .notAClass(path: "a.ts", row: 7, text: "c", classes: ["a", "b"]),
            "a.ts:7: c is none of the classes that the header lists: a, b"
        ),
        (
            .severalLabels(path: "a.txt", row: 7, labels: ["a", "b"]),
            """
            a.txt:7: has several labels: a, b
              a text has one class; leave the others out
            """
        ),
    ]

    @Test(arguments: ofFiles)
    func errorsOfFilesSayWhere(error: SequenceFileError, words: String) throws {
        let message = try #require(ErrorMessage(error))
        #expect(message.text == words && message.code == .badData)
    }

    private static let ofData: [(any Error & Sendable, String)] = [
        (
            DatasetError.idsAreNotWhole(file: "f.h5", dataset: "/train/values"),
            """
            f.h5: /train/values: the network begins with an embedding, which reads whole numbers, and there are others
              write the ids of tokens, or leave the embedding out
            """
        ),
        (
            DatasetError.idsBeyondTable(
                file: "f.h5", dataset: "/train/values", smallest: 0, largest: 5000, entries: 5000),
            """
            f.h5: /train/values has ids from 0 to 5000, and the embedding's table has 5,000 entries, from 0 to 4,999
              train a table with an entry for each: entries=5001
            """
        ),
        (
            DatasetError.noToken(
                Place(file: "f.h5", object: "/train/values feature 0", row: 3, step: 4), id: "812", tokens: 812),
            "f.h5: /train/values feature 0 row 3 step 4 is 812, which is no id of its 812 tokens, 0 to 811"
        ),
        (
            DatasetError.badVocabulary(file: "f.h5", dataset: "/train/values"),
            "f.h5: /train/values has a vocabulary that is no list of different texts, the first of them empty for unknown tokens"
        ),
        (
            DatasetError.columnsAreNoSteps(file: "t.csv", columns: 13, steps: 5, channels: 2),
            """
            t.csv: has 13 columns of features; --steps 5 --channels 2 takes 10
              leave out what are no values of steps with --ignore
            """
        ),
        (
            DatasetError.textAmongSteps(file: "t.csv", column: "a b"),
            """
            t.csv: column a b is text, and the values of --steps are numbers
              leave the column out (--ignore 'a b')
            """
        ),
        (
            ImportMismatch.unequalChannels(path: "b.ts", expected: 12, found: 1, train: "a.ts"),
            "b.ts: has series of 1 channel, those of a.ts have 12"
        ),
        (
            ImportMismatch.unequalLabels(path: "b.ts", areMeasurements: true, train: "a.ts"),
            "b.ts: has measurements as labels, a.ts has not"
        ),
        (
            ImportMismatch.unequalLabels(path: "b.ts", areMeasurements: false, train: "a.ts"),
            "b.ts: has classes as labels, a.ts has not"
        ),
        (
            CSVError.twoRoles(path: "t.csv", column: "a", roles: [.content, .label]),
            "t.csv: column a has two roles: --text and --label"
        ),
    ]

    @Test(arguments: 0..<ofData.count)
    func errorsOfDataSayWhatFits(index: Int) throws {
        let message = try #require(ErrorMessage(Self.ofData[index].0))
        #expect(message.text == Self.ofData[index].1 && message.code == .badData)
    }

    private static let ofSettings: [(SettingsError, String)] = [
        (.channelsWithoutSteps, "--channels says how many values a step has; it goes with --steps"),
        (
            .standardizesIDs,
            """
            --standardize is for measurements, and the network begins with an embedding, which reads ids
              leave it out
            """
        ),
    ]

    @Test(arguments: ofSettings)
    func errorsOfSettingsSayWhatFits(error: SettingsError, words: String) throws {
        let message = try #require(ErrorMessage(error))
        #expect(message.text == words && message.code == .usage)
    }

    private static let notes: [(SchemaNote, String)] = [
        (
            .vocabularyOfModel(file: "f.h5", dataset: "/X", tokens: ["", "the", "of"]),
            "f.h5: /X has no vocabulary; its ids are taken for the network's, of 2 tokens: the, of"
        ),
        (
            .vocabularyOfModel(file: "f.h5", dataset: "/X", tokens: ["", "the", "of", "a", "line\n", "x"]),
            "f.h5: /X has no vocabulary; its ids are taken for the network's, of 5 tokens: the, of, a and 2 more"
        ),
        (
            .unknownTokens(file: "f.h5", dataset: "/X", count: 3, of: 1024),
            "f.h5: /X: 3 of 1,024 tokens are not in the network's vocabulary; they become id 0"
        ),
        (
            .unknownTokens(file: "f.h5", dataset: "/X", count: 1, of: 1),
            "f.h5: /X: 1 of 1 token is not in the network's vocabulary; it becomes id 0"
        ),
        (
            .tokensLeftOut(file: "b.txt", split: "test", count: 3, of: 1024),
            "b.txt: 3 of 1,024 tokens of test are not in the vocabulary of train"
        ),
        (
            .tokensLeftOut(file: "a.txt", split: "train", count: 1, of: 1024),
            "a.txt: 1 of 1,024 tokens of train is not in the vocabulary"
        ),
        (.emptyLines(file: "a.txt", count: 1, first: 1200), "a.txt: 1 line is empty and left out: line 1,200"),
        (
            .emptyLines(file: "a.txt", count: 2, first: 7),
            "a.txt: 2 lines are empty and left out, the first of them line 7"
        ),
        (
            .textsWithoutLabels(file: "a.csv"),
            """
            a.csv: its lines do not begin with __label__NAME, so its texts have no labels
              if it is a table: --text COLUMN --label COLUMN
            """
        ),
    ]

    @Test(arguments: notes)
    func notesSayWhatBecameOfTokens(note: SchemaNote, words: String) {
        #expect(note.wording == words)
    }
}
