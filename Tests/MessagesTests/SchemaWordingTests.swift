import Datasets
import Messages
import Testing

@testable import Models

/// The exact words of what is refused and told of schemas.
@Suite struct SchemaWordingTests {
    private static let line = Place(file: "t.csv", object: "kind", row: 15, line: 17)
    private static let row = Place(file: "f.h5", object: "/y", row: 15)

    private static let mismatches: [(SchemaMismatch, String)] = [
        (
            .sampleShape(file: "f.h5", dataset: "/X", expected: [28, 28], found: [3, 8]),
            "f.h5: /X has samples of 3×8, the network takes 28×28"
        ),
        (
            .channels(file: "f.h5", dataset: "/X", expected: 12, found: 1),
            "f.h5: /X has steps of 1 value, the network takes steps of 12"
        ),
        (
            .axes(file: "f.h5", dataset: "/X", expected: "HWC", found: "CHW"),
            """
            f.h5: /X has the axes CHW, the network has learned from HWC
              bring its samples into that form, or correct its attribute axes
            """
        ),
        (
            .axesUnsaid(
                file: "f.h5", dataset: "/X", expected: [32, 32, 3], axes: "HWC", found: [3, 32, 32], foundAxes: "CHW"),
            """
            f.h5: /X has samples of 3×32×32, the network takes 32×32×3, HWC
              if its axes are CHW, let its attribute axes say so
            """
        ),
        (
            .missingFeatures(file: "t.csv", dataset: "", names: ["size"], unknown: ["Size", "Age"]),
            """
            t.csv lacks the feature size, which the network has learned from, and has Size, Age, which it does not know
              add it, or rename what is meant
            """
        ),
        (
            .missingFeatures(file: "f.h5", dataset: "/X", names: ["size", "age"], unknown: []),
            """
            f.h5: /X lacks the features size, age, which the network has learned from
              add them, or rename what is meant
            """
        ),
        (
            .unknownFeatures(file: "t.csv", dataset: "", names: ["id", "date", "note", "a"], isTable: true),
            """
            t.csv has the features id, date, note, a, which the network does not know
              leave out with --ignore id,date,note,a
            """
        ),
        (
            .unknownFeatures(file: "f.h5", dataset: "/X", names: ["id"], isTable: false),
            """
            f.h5: /X has the feature id, which the network does not know
              take it out
            """
        ),
        (
            .scale(file: "f.h5", dataset: "/X", expected: [1.0 / 255, 0], found: [1, -0.5]),
            """
            f.h5: /X has the scale 1 and the offset -0.5, the network has learned with the scale 0.00392157
              bring the values to that scale, or correct the attributes scale and offset
            """
        ),
        (
            .unknownScale(file: "f.h5", dataset: "/X", type: "float32", expectedType: "uint8", scale: 1.0 / 16),
            """
            f.h5: /X is float32 and says nothing of a scale; the network has learned from uint8 with the scale 0.0625
              write its values as uint8, or with the attribute scale 0.0625 if that is theirs
            """
        ),
        (
            .featureKind(file: "t.csv", dataset: "", feature: "kind", isText: true),
            "t.csv: kind is text, the network has learned from numbers\n  write its values as numbers"
        ),
        (
            .featureKind(file: "t.csv", dataset: "", feature: "kind", isText: false),
            "t.csv: kind is numbers, the network has learned from text\n  write its values as text"
        ),
        (
            .unknownClass(line, name: "zebra", classes: ["cat", "dog"]),
            "t.csv:17: column kind is zebra, which is no class of the network; it knows cat, dog"
        ),
        (
            .unknownClass(row, name: "", classes: ["cat", "dog"]),
            "f.h5: /y row 15 is empty, which is no class of the network; it knows cat, dog"
        ),
    ]

    @Test(arguments: mismatches)
    func refusalsSayWhatIsExpectedAndFound(error: SchemaMismatch, words: String) throws {
        let message = try #require(ErrorMessage(error))
        #expect(message.text == words && message.code == .badData)
    }

    @Test func longListsAreCut() {
        let names = (1...22).map { "x\($0)" }
        let shown = names.prefix(20).joined(separator: ", ")
        #expect(
            SchemaMismatch.missingFeatures(file: "t.csv", dataset: "", names: names, unknown: []).wording.hasPrefix(
                "t.csv lacks the features \(shown) and 2 more, which the network"))
    }

    private static let notes: [(SchemaNote, String)] = [
        (
            .axes(file: "f.h5", dataset: "/X", axes: "CHW", expected: "HWC"),
            "f.h5: /X has the axes CHW; its samples are brought into the network's order, HWC"
        ),
        (
            .flattened(file: "f.h5", dataset: "/X", shape: [3, 32, 32], axes: "CHW"),
            "f.h5: /X has rows of values; they are taken for 3×32×32, CHW, one after another"
        ),
        (
            .axesUnknown(file: "f.h5", dataset: "/X", axes: "x:y"),
            "f.h5: /X: the attribute axes is x:y, which is none of HWC, CHW, HW, TC, T; it is ignored"
        ),
        (
            .channelsMayBeFirst(file: "f.h5", dataset: "/X", shape: [3, 32, 48]),
            """
            f.h5: /X: samples of 3×32×48 are taken for images 3 high with 48 channels
              if their channels come first: CHW in place of HWC
            """
        ),
        (
            .scaleOfModel(file: "f.h5", dataset: "/X", scale: 1.0 / 255, offset: 0),
            "f.h5: /X says nothing of a scale; it is read with the network's, 0.00392157"
        ),
        (
            .scaleOfModel(file: "f.h5", dataset: "/X", scale: 2, offset: -1),
            "f.h5: /X says nothing of a scale; it is read with the network's, 2, and its offset, -1"
        ),
        (
            .namesOfModel(file: "f.h5", dataset: "/X", names: ["size", "age"]),
            "f.h5: /X has no names; its features are taken for size, age, in this order"
        ),
        (
            .namesUnknown(file: "t.csv", dataset: ""),
            "t.csv: the network has learned from features without names; these are taken in their order"
        ),
        (
            .reordered(file: "t.csv", dataset: ""),
            "t.csv has the features in another order; they are brought into the network's by their names"
        ),
        (
            .classesOfModel(file: "f.h5", dataset: "/y", classes: ["cat", "dog"]),
            "f.h5: /y has numbers without names; they are taken for the places of the network's classes: 0 cat, 1 dog"
        ),
        (
            .measurementsWithNames(file: "f.h5", dataset: "/y", names: ["cat", "dog"]),
            "f.h5: /y has numbers with names (cat, dog), as classes have; they are taken for measurements"
        ),
        (
            .elementType(file: "f.h5", dataset: "/X", type: "float32", expected: "uint8"),
            "f.h5: /X is float32, the network has learned from uint8, and neither says anything of a scale; the numbers are taken as "
                + "they are"
        ),
        (
            .unseenCategories(file: "t.csv", dataset: "", feature: "kind", category: "emu", count: 1),
            "t.csv: 1 cell of text, the first emu of kind, has a category that training has not met; all their inputs are 0"
        ),
        (
            .unseenCategories(file: "f.h5", dataset: "/X", feature: "kind", category: "emu", count: 1200),
            "f.h5: /X: 1,200 cells of text, the first emu of kind, have categories that training has not met; all their inputs are 0"
        ),
        (
            .manyCategories(file: "t.csv", dataset: "", feature: "town", categories: 412, rows: 1000),
            """
            t.csv: town has 412 different texts in 1,000 rows, each an input of its own
              if they are names, dates or numbers with units: --ignore town leaves them out
            """
        ),
        (
            .countsRows(file: "t.csv", dataset: "", feature: "id"),
            """
            t.csv: id grows by whole numbers from row to row, as the numbers of rows do
              if it says nothing of the samples: --ignore id leaves it out
            """
        ),
        (
            .noValues(file: "t.csv", dataset: "", feature: "a b"),
            "t.csv: a b has no values, all are missing\n  --ignore 'a b' leaves it out"
        ),
        (
            .columnWithoutName(file: "t.csv", column: "1"),
            """
            t.csv: column 1 has no name, as the numbers of rows that pandas writes have none
              if it says nothing of the samples: --ignore 1 leaves it out
            """
        ),
        (
            .filled(file: "t.csv", dataset: "", feature: "age", count: 191, of: 191, others: 0),
            "t.csv: age is missing in 191 of 191 rows; what training chose stands in"
        ),
        (
            .filled(file: "f.h5", dataset: "/X", feature: "age", count: 2, of: 1200, others: 2),
            "f.h5: /X: age is missing in 2 of 1,200 rows (and so are values of 2 other features); what training chose stands in"
        ),
        (
            .filled(file: "f.h5", dataset: "/X", feature: "2", count: 1, of: 1200, others: 0, areSteps: true),
            "f.h5: /X: 2 is missing in 1 of 1,200 steps; what training chose stands in"
        ),
        (.emptySequences(file: "f.h5", dataset: "/X", count: 1, of: 9), "f.h5: /X: 1 of 9 sequences has no steps"),
        (
            .emptySequences(file: "f.h5", dataset: "/X", count: 2, of: 1200),
            "f.h5: /X: 2 of 1,200 sequences have no steps"
        ),
        (
            .unweighted(file: "t.csv", column: "w"),
            "t.csv has no column w, by which training weighted the loss; here all samples count alike"
        ),
        (.weighted(file: "t.csv", by: "column w"), "t.csv: the loss is weighted by column w"),
        (
            .otherData(name: "t.csv"),
            "t.csv is not the data that the network has learned from, or has changed; all of its samples are judged together"
        ),
        (
            .droppedRows(file: "t.csv", dataset: "", count: 1, of: 1200),
            "t.csv: 1 of 1,200 rows is left out for lack of values"
        ),
        (
            .droppedRows(file: "f.h5", dataset: "/X", count: 20, of: 1200),
            "f.h5: /X: 20 of 1,200 rows are left out for lack of values"
        ),
        (.rowsWithoutLabel(file: "t.csv", count: 1), "t.csv: 1 row is left out for lack of a label"),
        (.rowsWithoutLabel(file: "t.csv", count: 20), "t.csv: 20 rows are left out for lack of a label"),
        (
            .outside(file: "t.csv", dataset: "", feature: "size", found: -1...900, seen: 0...1.5, others: 1),
            "t.csv size goes from -1 to 900; training saw 0 to 1.5 (and 1 other feature alike)"
        ),
        (
            .outside(file: "f.h5", dataset: "/X", feature: nil, found: 0...255, seen: 0...1, others: 0),
            "f.h5: /X goes from 0 to 255; training saw 0 to 1"
        ),
    ]

    @Test(arguments: notes)
    func notesSayWhatWasTakenForGranted(note: SchemaNote, words: String) {
        #expect(note.wording == words)
    }

    private static let differences: [(NamesDiffer, String)] = [
        (
            NamesDiffer(file: "t.csv", dataset: "", kind: .features, was: ["a", "b"], now: ["a", "c"]),
            """
            t.csv has other features than when the run began: c where it was b
              give it that data, or begin a new run with --initial-weights
            """
        ),
        (
            NamesDiffer(file: "f.h5", dataset: "/y", kind: .classes, was: ["a", "b"], now: ["a"]),
            """
            f.h5: /y has other classes than when the run began: a
              give it that data, or begin a new run with --initial-weights
            """
        ),
        (
            NamesDiffer(file: "f.h5", dataset: "/X", kind: .features, was: ["a"], now: []),
            """
            f.h5: /X has other features than when the run began: none
              give it that data, or begin a new run with --initial-weights
            """
        ),
    ]

    @Test(arguments: differences)
    func aRunThatGoesOnRefusesOtherNames(error: NamesDiffer, words: String) throws {
        let message = try #require(ErrorMessage(error))
        #expect(message.text == words && message.code == .badData)
    }

    @Test(
        arguments: [
            (0.0625, "0.0625"), (1.0 / 255, "0.00392157"), (1, "1"), (-3, "-3"), (14.83, "14.83"),
            (0x1p53, "9007199254740992"),
            (1e300, "1e+300"),
        ] as [(Double, String)])
    func shortNumbersHaveSixDigitsAtMost(value: Double, text: String) {
        #expect(shortNumber(value) == text)
    }
}
