import Testing

@testable import Datasets
@testable import Splits

/// Raw values that become inputs: order, categories, and values that are missing.
@Suite struct FeatureConverterTests {
    // MARK: Order

    @Test func featuresAreBroughtIntoTheOrderOfTheirNames() throws {
        let schema = try memory([[1, 2, 3], [4, 5, 7]], names: ["a", "b", "c"]).schema(.init(standardize: .minMax))
        let other = memory([[7, 1, 5], [3, 4, 2]], names: ["c", "a", "b"])
        #expect(try other.inputs(by: schema) == [[0, 1, 1], [1, 0, 0]])
    }

    @Test func rangesFollowTheOrderOfTheSchema() throws {
        let schema = try memory([[1, 2], [4, 5]], names: ["a", "b"]).schema(.init(standardize: .minMax))
        let other = memory([[70, 1], [30, 4]], names: ["b", "a"])
        let matrix = try RawSplit(features: other, labels: nil, weights: nil).inputs(by: schema) { _ in }
        #expect(matrix.ranges == FeatureRanges(smallest: [1, 30], largest: [4, 70]))
    }

    @Test func anyCutIntoBlocksGivesTheSameInputs() throws {
        let rows = randomRows(100, width: 3)
        let whole = try memory(rows, blockRows: 100).trainingInputs(.init(standardize: .feature))
        for blockRows in [1, 7, 99] {
            #expect(try memory(rows, blockRows: blockRows).trainingInputs(.init(standardize: .feature)) == whole)
        }
    }

    @Test func onlySelectedRowsBecomeInputs() throws {
        let source = memory([[0], [10], [2], [30], [4]])
        var split = RawSplit(features: source, labels: nil, weights: [5, 6, 7, 8, 9])
        split = split.selecting([0, 2, 4])
        #expect(split.count == 3 && split.weights == [5, 7, 9])
        let schema = try FeatureSchema(of: source, rows: split.rows, .init(standardize: .minMax))
        #expect(try split.inputs(by: schema) { _ in }.inputRows == [[0], [0.5], [1]])
        // Indices are those among the split's rows.
        #expect(try split.selecting([1, 2]).inputs(by: schema) { _ in }.inputRows == [[0.5], [1]])
    }

    // MARK: Categories

    private let animals: [[String]?] = [["dog", "cat", "élan", "Zebra"], nil]

    @Test func textBecomesAnInputForEachCategorySortedByBytes() throws {
        let source = memory([[0, 7], [1, 8], [2, 9], [3, 10]], names: ["kind", "age"], categories: animals)
        let schema = try source.schema()
        #expect(schema.categories == [["Zebra", "cat", "dog", "élan"], nil])
        #expect(schema.inputShape == [5])
        #expect(
            try source.inputs(by: schema) == [[0, 0, 1, 0, 7], [0, 1, 0, 0, 8], [0, 0, 0, 1, 9], [1, 0, 0, 0, 10]])
    }

    @Test func onlyCategoriesThatOccurInTrainingHaveInputs() throws {
        let source = memory([[0, 7], [2, 9]], categories: animals)
        #expect(try source.schema().categories == [["dog", "élan"], nil])
        #expect(try source.trainingInputs() == [[1, 0, 7], [0, 1, 9]])
    }

    @Test func otherFilesMayHaveOtherCodesForTheSameCategories() throws {
        let schema = try memory([[0, 7], [1, 9]], categories: animals).schema()
        let other = memory([[0, 1], [1, 2]], categories: [["cat", "dog"], nil])
        #expect(schema.categories == [["cat", "dog"], nil])
        #expect(try other.inputs(by: schema) == [[1, 0, 1], [0, 1, 2]])
    }

    @Test func anUnseenCategoryIsRefusedByLineAndColumn() throws {
        let schema = try memory([[0, 7], [1, 9]], names: ["kind", "age"], categories: animals).schema()
        let other = memory(
            [[0, 1], [1, 1], [0, 1], [2, 2]], names: ["kind", "age"], categories: [["cat", "dog", "emu"], nil],
            firstLine: 2)
        let place = Place(file: "t.csv", object: "kind", row: 3, line: 5)
        #expect(throws: DatasetError.unseenCategory(place, category: "emu")) {
            try other.inputs(by: schema)
        }
    }

    @Test func anUnseenCategoryIsZerosIfTheUserWantsIt() throws {
        let schema = try memory([[0, 7], [1, 9]], categories: animals).schema(.init(allowsUnseen: true))
        let other = memory([[0, 1], [2, 2]], categories: [["cat", "dog", "emu"], nil])
        #expect(try other.inputs(by: schema) == [[1, 0, 1], [0, 0, 2]])
    }

    // MARK: Missing values

    private let holed: [[Double]] = [[1, 0], [.nan, 1], [2, 1], [6, .nan]]
    private let holedCategories: [[String]?] = [nil, ["red", "blue"]]

    /// Numbers: mean 3, median 2. Text: blue is the most frequent.
    @Test(
        arguments: [
            (FeatureSchema.MissingPolicy.mean, [[1, 0, 1], [3, 1, 0], [2, 1, 0], [6, 1, 0]]),
            (.median, [[1, 0, 1], [2, 1, 0], [2, 1, 0], [6, 1, 0]]),
            (.zero, [[1, 0, 1], [0, 1, 0], [2, 1, 0], [6, 0, 0]]),
        ] as [(FeatureSchema.MissingPolicy, [[Float]])])
    func missingValuesAreFilled(policy: FeatureSchema.MissingPolicy, expected: [[Float]]) throws {
        let source = memory(holed, categories: holedCategories)
        #expect(try source.trainingInputs(.init(missing: policy)) == expected)
    }

    @Test func featuresWithoutAnyValueAreRefused() {
        let source = memory([[.nan], [.nan]], categories: [["a", "b"]])
        #expect(throws: DatasetError.allMissing(file: "t.csv", dataset: "")) {
            try source.schema(.init(missing: .zero))
        }
    }

    @Test func fillsAreOfTheTrainingSplit() throws {
        let schema = try memory(holed, categories: holedCategories).schema(.init(missing: .mean))
        #expect(schema.missing == .init(policy: .mean, fills: [3, 0]))
        let other = memory([[100, 0], [.nan, .nan]], categories: holedCategories)
        #expect(try other.inputs(by: schema) == [[100, 0, 1], [3, 1, 0]])
    }

    @Test func theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() throws {
        let schema = try memory([[1], [100], [4], [2], [.nan]]).schema(.init(missing: .median))
        #expect(schema.missing.fills == [3])
    }

    /// (NaN filled with the mean) is then 0.
    @Test func fillsAreStandardised() throws {
        let options = FeatureSchema.Options(standardize: .feature, missing: .mean)
        #expect(try memory([[-2], [.nan], [2]]).trainingInputs(options) == [[-1], [0], [1]])
    }

    @Test func missingValuesAreRefusedByLineAndColumn() throws {
        let source = memory(holed, names: ["size", "colour"], categories: holedCategories, firstLine: 2)
        let place = Place(file: "t.csv", object: "size", row: 1, line: 3)
        #expect(throws: DatasetError.missingCell(place)) { try source.schema(.init(standardize: .feature)) }
        let schema = try memory([[1, 0], [2, 1]], names: ["size", "colour"], categories: holedCategories).schema()
        #expect(throws: DatasetError.missingCell(place)) { try source.inputs(by: schema) }
    }

    @Test func placesNameTheFeatureOfTheFileWhateverItsOrder() throws {
        let schema = try memory([[1, 0], [2, 1]], names: ["size", "colour"], categories: holedCategories).schema()
        let other = memory([[0, 4], [.nan, 5]], names: ["colour", "size"], categories: [["red", "blue"], nil])
        #expect(throws: DatasetError.missingCell(Place(file: "t.csv", object: "colour", row: 1))) {
            try other.inputs(by: schema)
        }
    }

    @Test func rowsWithMissingValuesAreDropped() throws {
        var split = RawSplit(
            features: memory(holed, categories: holedCategories),
            labels: Labels(.integers([7, 8, 9, 10]), classNames: nil, file: "t.csv"), weights: nil)
        var notes: [SchemaNote] = []
        split = try split.droppingIncompleteRows { notes.append($0) }
        #expect(notes == [.droppedRows(file: "t.csv", dataset: "", count: 2, of: 4)] && split.count == 2)
        #expect(split.labels?.text(1) == "9" && split.labels?.place(1).row == 2)
        let schema = try FeatureSchema(of: split.features, rows: split.rows, .init(missing: .dropRow))
        #expect(try split.inputs(by: schema) { _ in }.inputRows == [[1, 0, 1], [2, 1, 0]])
    }

    @Test func aSplitWithoutACompleteRowIsRefused() {
        let split = RawSplit(features: memory([[.nan, 1], [1, .nan]]), labels: nil, weights: nil)
        #expect(throws: DatasetError.noCompleteRows(file: "t.csv", dataset: "")) {
            try split.droppingIncompleteRows { _ in }
        }
    }

    @Test func standardisedValuesBeyondAFloatAreRefusedByRow() throws {
        let schema = try memory([[0], [1e-30]]).schema(.init(standardize: .minMax))
        #expect(throws: DatasetError.standardizedBeyondFloat(Place(file: "t.csv", object: "0", row: 1))) {
            try memory([[0], [1e30]]).inputs(by: schema)
        }
    }
}
