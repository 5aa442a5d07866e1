import Datasets
import DurableFiles
import Messages
import RunSettings
import Runs
import Testing

/// The exact words of errors of labels, values, shares and former checkpoints.
@Suite struct DataWordingTests {
    private static let line = Place(file: "t.csv", object: "kind", row: 15, line: 17)
    private static let row = Place(file: "f.h5", object: "/train/features feature 3", row: 15)

    private static let ofData: [(DatasetError, String)] = [
        (
            .textIsNoMeasurement(line, text: "high"),
            "t.csv:17: column kind is the text high, not a number; texts are classes (--task classification)"
        ),
        (
            .notAClass(line, value: "2.5"),
            """
            t.csv:17: column kind is 2.5; classes are texts or whole numbers
              if these are measurements: --task regression
            """
        ),
        (
            .repeatedClassName(file: "f.h5", dataset: "/y", name: "cat"),
            "f.h5: /y has two classes of the name cat in its attribute classes"
        ),
        (
            .standardizedBeyondFloat(Place(file: "f.h5", object: "/X feature 2", row: 3)),
            """
            f.h5: /X feature 2 row 3 is beyond the largest 32-bit float (3.4e38)
              write the numbers in a larger unit, or their logarithms
            """
        ),
        (
            .missingCell(line),
            """
            t.csv:17: column kind is missing
              fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out
            """
        ),
        (
            .missingCell(row),
            """
            f.h5: /train/features feature 3 row 15 is missing
              fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out
            """
        ),
        (
            .missingCell(Place(file: "f.h5", object: "/train/features feature 3", row: 15, step: 7)),
            """
            f.h5: /train/features feature 3 row 15 step 7 is missing
              fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out
            """
        ),
        (
            .unseenCategory(line, category: "emu"),
            """
            t.csv:17: column kind is emu, which training has not met
              --unseen-categories zeros, in training, lets such values pass
            """
        ),
        (
            .noCategory(Place(file: "f.h5", object: "/X kind", row: 3), code: "99", categories: 2),
            "f.h5: /X kind row 3 is 99, which is no place among its 2 categories, 0 to 1"
        ),
        (
            .textAmongNumbers(line, text: "n.k.", numbers: 300),
            """
            t.csv:17: column kind is the text n.k., but 300 other labels are numbers
              correct it; --task classification takes each text and each number for a class
            """
        ),
        (
            .manyClasses(line, text: "€705", classes: 300, rows: 301),
            """
            t.csv:17: column kind is the text €705; the labels are 300 different texts in 301 rows
              write measurements as numbers, without signs and units; --task classification takes each text for a class
            """
        ),
        (
            .noCompleteRows(file: "t.csv", dataset: ""),
            """
            t.csv has a missing value in every row, so drop-row leaves none
              choose what stands in for missing values: --missing mean, median or zero
            """
        ),
        (
            .badCategories(file: "f.h5", dataset: "/X"),
            "f.h5: /X has an attribute categories that is not one JSON list of texts for each feature"
        ),
        (
            .noChannels(file: "f.h5", dataset: "/X", shape: [7, 8, 9]),
            "f.h5: /X has samples of 7×8×9, which have no channels; choose --standardize feature or all, or say where they are: "
                + "--axes"
        ),
        (
            .axesDoNotFit(file: "f.h5", dataset: "/X", axes: "HWC", shape: [28, 28], isSaidByFile: false),
            """
            f.h5: /X has samples of 28×28, which cannot have the axes HWC
              say one letter for each number: HW or TC
            """
        ),
        (
            .axesDoNotFit(file: "f.h5", dataset: "/X", axes: "HWC", shape: [9, 3, 8, 8], isSaidByFile: true),
            """
            f.h5: /X has samples of 9×3×8×8, which cannot have the axes HWC
              correct its attribute axes, or leave it out
            """
        ),
        (
            .axesDoNotFit(file: "f.h5", dataset: "/X", axes: "HWC", shape: [9, 3, 8, 8], isSaidByFile: false),
            """
            f.h5: /X has samples of 9×3×8×8, which cannot have the axes HWC
              leave --axes out
            """
        ),
        (
            .axesContradict(file: "f.h5", dataset: "/X", said: "HWC", found: "CHW"),
            """
            f.h5: /X has the axes CHW, --axes says HWC
              leave --axes out, or correct the file's attribute axes
            """
        ),
        (
            .channelsAreFirst(file: "f.h5", dataset: "/X", shape: [3, 32, 32], isSaidByFile: false),
            """
            f.h5: /X has samples of 3×32×32; as HWC they are 3 high and have 32 channels, so their channels come first
              --axes CHW says so
            """
        ),
        (
            .channelsAreFirst(file: "f.h5", dataset: "/X", shape: [3, 32, 32], isSaidByFile: true),
            """
            f.h5: /X has samples of 3×32×32; as HWC they are 3 high and have 32 channels, so their channels come first
              correct its attribute axes: CHW
            """
        ),
        (
            .spreadNotFinite(file: "t.csv", dataset: "", feature: "mass"),
            """
            t.csv mass cannot be standardised: the squares of its values are no numbers that a computer has
              write it in another unit, or choose --standardize none
            """
        ),
        (
            .targetSpreadNotFinite(file: "t.csv", dataset: "mass"),
            """
            t.csv: mass cannot be standardised: the squares of its values are no numbers that a computer has
              write it in another unit, or choose --standardize-targets no
            """
        ),
        (
            .manyCategories(file: "t.csv", columns: ["name"], categories: 2000, rows: 2001),
            """
            t.csv: column name has 2,000 different texts in 2,001 rows
              leave out what are no categories (--ignore name), or keep each text as one (--categorical name)
            """
        ),
        (
            .manyCategories(file: "t.csv", columns: ["name", "ticket", "cabin"], categories: 30, rows: 40),
            """
            t.csv: column name has 30 different texts in 40 rows, and there are as many in ticket, cabin
              leave out what are no categories (--ignore name,ticket,cabin), or keep each text as one (--categorical name,ticket,cabin)
            """
        ),
        (
            .notFinite(file: "f.h5", dataset: "/X", row: 3, value: "nan"),
            """
            f.h5: /X row 3 has the value nan; every value must be a finite number
              training with --missing mean, median or zero fills in features, with drop-row it leaves the row out
            """
        ),
        (.allMissing(file: "f.h5", dataset: "/X"), "f.h5: /X has no values, all are missing"),
        (
            .unusableWeights(file: "f.h5", dataset: "/w", shape: [3, 2]),
            "f.h5: /w has the shape [3, 2], which is not one weight for each sample"
        ),
        (
            .badWeight(Place(file: "f.h5", object: "/w", row: 2), value: "-1"),
            "f.h5: /w row 2 is -1; weights must be finite and at least 0"
        ),
    ]

    @Test(arguments: ofData)
    func errorsOfDataSayWhereAndWhat(error: DatasetError, words: String) throws {
        let message = try #require(ErrorMessage(error))
        #expect(message.text == words && message.code == .badData)
    }

    private static let ofSettings: [(SettingsError, String)] = [
        (
            .onlyWithoutInitialWeights, "--only says which layers a checkpoint gives; it goes with --initial-weights"
        ),
        (
            .splitWithoutShare(setting: "splitSeed"),
            "--split-seed says how shares are taken; it goes with --validation-share or --test-share"
        ),
        (
            .classOutsideTraining(file: "t.csv", name: "emu", split: "ordered"),
            """
            t.csv: --split ordered leaves no sample of class emu for training
              choose --split stratified, which leaves one of each class at least, or another --split-seed
            """
        ),
        (
            .lossNeedsClasses(loss: "cross-entropy"),
            "--loss cross-entropy needs classes, and the labels are measurements; use --loss mse"
        ),
        (
            .targetsCannotBeStandardized(task: "classification", loss: "cross-entropy", outputActivation: "softmax"),
            "--standardize-targets is for measurements, and the labels are classes"
        ),
        (
            .targetsCannotBeStandardized(task: "regression", loss: "mse", outputActivation: "sigmoid"),
            "--standardize-targets goes with --output-activation identity and a loss of measurements, such as mse (got mse and sigmoid)"
        ),
        (
            .shareBesideSplit(file: "f.h5", split: "test"),
            "f.h5 has a test split; --test-share would make another one"
        ),
        (
            .emptySplit(file: "f.h5", split: "test", share: 0.1, samples: 3, reason: nil),
            "f.h5: a share of 0.1 of its 3 samples leaves none for the test split"
        ),
        (
            .emptySplit(file: "f.h5", split: "test", share: 0.2, samples: 300, reason: .classes(300)),
            "f.h5: a share of 0.2 of its 300 samples leaves none for the test split; each of its 300 classes keeps one for training"
        ),
        (
            .emptySplit(file: "t.csv", split: "test", share: 0.2, samples: 100, reason: .groups),
            "t.csv: a share of 0.2 of its 100 samples leaves none for the test split; its groups, which stay together, are too large"
        ),
        (
            .augmentNeedsImages(shape: [64], axes: nil),
            "--augment changes images, and samples of 64 features are none"
        ),
        (
            .augmentNeedsImages(shape: [20, 3], axes: "TC"),
            "--augment changes images, and samples of 20×3 are none: their axes are TC"
        ),
        (
            .augmentNeedsImages(shape: [8, 8, 8], axes: nil),
            """
            --augment changes images, and samples of 8×8×8 have open axes
              say them: --axes HWC or CHW
            """
        ),
        (
            .augmentIsTooLarge("crop:40", height: 28, width: 32),
            """
            --augment crop:40 is too large for images of 28×32
              its number of pixels must be below 28
            """
        ),
        (.sharesTooLarge, "--validation-share and --test-share together must be below 1"),
        (
            .settingOfOtherFiles(setting: "label", file: "f.h5", isTable: false),
            "--label is for tables, and f.h5 is an HDF5 file"
        ),
        (
            .settingOfOtherFiles(setting: "features", file: "t.csv", isTable: true),
            "--features is for HDF5 files, and t.csv is a table"
        ),
    ]

    @Test(arguments: ofSettings)
    func errorsOfSettingsSayWhatFits(error: SettingsError, words: String) throws {
        let message = try #require(ErrorMessage(error))
        #expect(message.text == words && message.code == .usage)
    }

    @Test func checkpointsOfOtherVersionsAreRefusedWithTheWayOut() {
        #expect(
            CheckpointError.unsupportedVersion(file: "c.h5", version: 1).wording == """
                c.h5: a checkpoint of version 1, which this lockstep (\(lockstepVersion)) does not read
                  use lockstep 0.1 with it, or train anew: it does not say what its inputs and outputs mean
                """)
        #expect(
            CheckpointError.unsupportedVersion(file: "c.h5", version: 3).wording == """
                c.h5: a checkpoint of version 3, which this lockstep (\(lockstepVersion)) does not read
                  a newer one made it; use that
                """)
        #expect(
            CheckpointError.unreadableSchema(file: "c.h5", object: "/schema/features/shape").wording
                == "c.h5: has no usable /schema/features/shape")
    }

    @Test func initialWeightsOfAnotherMeaningAreRefused() throws {
        let error = RunError.initialWeightsDiffer(
            file: "c.h5", setting: "standardize", was: "feature", now: "none")
        let message = try #require(ErrorMessage(error))
        #expect(
            message.text == """
                c.h5: has learned with standardize feature, which its weights depend on (got none)
                  leave the setting open, or begin without --initial-weights
                """)
        #expect(message.code == .usage)
    }
}
