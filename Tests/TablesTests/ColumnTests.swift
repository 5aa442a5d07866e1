import TestSupport
import Testing

@testable import Tables

/// Which columns a table has, what they are used for, and what is in them.
@Suite struct ColumnTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// Expects that reading `text` fails with the error that `error` returns for the file's path.
    private func expect(
        _ text: String, label: String? = nil, ask: (inout TableRequest) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, throws error: (String) -> CSVError
    ) {
        #expect(throws: error(files.path("plain")), sourceLocation: sourceLocation) {
            try files.table(text, label: label, ask)
        }
    }

    // MARK: Roles

    @Test func takesColumnNamesFromAHeader() throws {
        let table = try files.table("width,label,height\n1,5,2.5\n-3,6,4e-1\n", label: "label")
        #expect(table.names == ["width", "height"] && table.rows == 2)
        #expect(table.features == [1, 2.5, -3, 0.4])
        #expect(table.label?.texts == ["5", "6"])
    }

    @Test func numbersTheColumnsWithoutAHeader() throws {
        let table = try files.table("1,2,3\n4,5,6\n", label: "2")
        #expect(table.names == ["1", "3"] && table.features == [1, 3, 4, 6])
        #expect(table.label?.texts == ["2", "5"])
    }

    @Test func takesAColumnByPositionWhereNoneHasThatName() throws {
        #expect(try files.table("a,b,c\n1,2,3\n", label: "3").names == ["a", "b"])
        #expect(try files.table("a,one,c\n1,2,3\n", label: "1").names == ["one", "c"])
        let numbered = try files.table("a,1,c\n1,2,3\n", label: "1") { $0.format.hasHeader = true }
        #expect(numbered.names == ["a", "c"])
    }

    @Test func everyRoleHasItsColumn() throws {
        let text = "who,x,team,w,y,note\nann,1,red,0.5,a,-\nbob,2,blue,\"1,000.5\",b,-\n"
        let table = try files.table(text, label: "y") {
            $0.weights = "w"
            $0.id = "who"
            $0.group = "3"
            $0.ignored = ["note"]
        }
        #expect(table.names == ["x"] && table.features == [1, 2])
        #expect(table.ids?.texts == ["ann", "bob"] && table.groups?.texts == ["red", "blue"])
        #expect(table.weights == [0.5, 1000.5] && table.label?.texts == ["a", "b"])
        let plain = try files.table("x\n1\n")
        #expect(plain.ids == nil && plain.groups == nil && plain.weights == nil && plain.label == nil)
    }

    @Test func columnsThatMayBeAbsentAreIgnoredWhereTheyArePresent() throws {
        #expect(try files.table("x,y\n1,2\n") { $0.ignoredIfPresent = ["y", "z"] }.names == ["x"])
        let expected = ExpectedFeatures(names: ["x", "z"], areText: [true, false])
        let table = try files.table("x,y\n1,2\n") { $0.expected = expected }
        #expect(table.names == ["x", "y"] && table.categories(0) == ["1"] && table.columns[1].categories == nil)
    }

    @Test func withoutAHeaderExpectedFeaturesAreTakenInTheirOrder() throws {
        var expected = ExpectedFeatures(names: ["a", "b"], areText: [false, true])
        expected.otherPositions = ["1"]
        func table(_ text: String) throws -> Table {
            try files.table(text) { ($0.expected, $0.ignoredIfPresent) = (expected, ["1"]) }
        }
        let whole = try table("7,1,2\n8,3,4\n")
        #expect(whole.names == ["2", "3"] && whole.categories(1) == ["2", "4"] && whole.columns[0].categories == nil)
        // Without the column that is left out elsewhere, its position is that of a feature.
        #expect(try table("1,2\n3,4\n").names == ["1", "2"])
    }

    @Test func aKnownNameIsNeverAPosition() throws {
        let table = try files.table("x,y\n1,2\n") { ($0.ignoredIfPresent, $0.knownNames) = (["2"], ["2"]) }
        #expect(table.names == ["x", "y"])
    }

    @Test func columnsOfARoleAreCalledByTheirNames() throws {
        let table = try files.table("x,y,z\n1,2,a\n", label: "3") { ($0.ignored, $0.textColumns) = (["1"], ["y"]) }
        #expect(table.names(of: .label) == ["z"] && table.names(of: .ignored) == ["x"])
        #expect(table.names(of: .text) == ["y"] && table.names(of: .weights) == [])
    }

    @Test func rowsWithoutALabelAreLeftOutIfAsked() throws {
        let table = try files.table("x,y\n1,a\n2,\n3,NA\n4,b\n", label: "y") { $0.dropsRowsWithoutLabel = true }
        #expect(table.features == [1, 4] && table.rows == 2 && table.rowsWithoutLabel == 2)
        #expect(table.line(ofRow: 1) == 5)
    }

    @Test func aColumnThatIsAskedForMustExist() {
        for ask in [
            { $0.label = "z" }, { $0.weights = "z" }, { $0.id = "z" }, { $0.group = "z" }, { $0.ignored = ["z"] },
            { $0.textColumns = ["z"] },
        ] as [(inout TableRequest) -> Void] {
            expect(
                "x,y\n1,2\n", ask: ask,
                throws: {
                    .noSuchColumn(path: $0, name: "z", available: ["x", "y"], hasHeader: true)
                })
        }
    }

    @Test func aColumnHasOneRole() {
        expect("x,y\n1,2\n", label: "y") {
            $0.ignored = ["2"]
        } throws: {
            .twoRoles(path: $0, column: "y", roles: [.label, .ignored])
        }
        expect("x,y\n1,2\n") {
            $0.weights = "y"
            $0.textColumns = ["y"]
        } throws: {
            .twoRoles(path: $0, column: "y", roles: [.weights, .text])
        }
    }

    @Test func featuresOfOneNameAreRefused() throws {
        expect("x,y,x\n1,2,3\n", label: "y") { .equalNames(path: $0, name: "x", columns: [1, 3]) }
        // A column without a name is called by its position.
        expect("3,y,\n1,2,3\n", label: "y") { .equalNames(path: $0, name: "3", columns: [1, 3]) }
        #expect(try files.table("x,y,x\n1,2,3\n") { $0.ignored = ["3"] }.names == ["x", "y"])
        expect("x,y,x\n1,2,3\n") {
            $0.textColumns = ["x"]
        } throws: {
            .severalColumns(path: $0, name: "x", columns: [1, 3], role: .text)
        }
    }

    @Test func nothingIsLeft() {
        expect("x,y\n1,2\n", label: "y") {
            $0.ignored = ["x"]
        } throws: {
            .noFeatureColumns(path: $0)
        }
    }

    // MARK: Texts

    @Test func categoriesAreInOrderOfFirstAppearance() throws {
        let table = try files.table("x,color\n1,red\n\n2,blue\n3,red\n4,\"a, \"\"b\"\"\"\n5,blue\n")
        #expect(table.columns[0].categories == nil)
        #expect(
            table.columns[1].categories == [
                Table.Category(text: "red", line: 2), Table.Category(text: "blue", line: 4),
                Table.Category(text: "a, \"b\"", line: 6),
            ])
        #expect(table.features == [1, 0, 2, 1, 3, 0, 4, 2, 5, 1])
    }

    @Test func manyCategories() throws {
        let texts = (0..<30_000).map { "text \($0 * 7 % 20_000)" }
        let table = try files.table("x,t\n" + texts.map { "1,\($0)\n" }.joined())
        #expect(table.columns[1].categories?.count == 20_000)
        let names = try #require(table.categories(1))
        #expect(table.features.enumerated().allSatisfy { $0 % 2 == 0 || names[Int($1)] == texts[$0 / 2] })
    }

    @Test func wordsOfTruthAreTexts() throws {
        let table = try files.table("x,a,b\n1,true,yes\n2,false,no\n")
        #expect(table.categories(1) == ["true", "false"] && table.categories(2) == ["yes", "no"])
    }

    @Test func numbersAreTextsWhereThatIsAskedFor() throws {
        let table = try files.table("zip,x\n01234,1\n1234,2\n01234,3\n") { $0.textColumns = ["zip"] }
        #expect(table.categories(0) == ["01234", "1234"] && table.features == [0, 1, 1, 2, 0, 3])
        let mixed = try files.table("a,b\n1,x\ntwo,y\n") { $0.textColumns = ["1"] }
        #expect(mixed.categories(0) == ["1", "two"])
    }

    /// The same word, with one character for é and with two.
    @Test func textsThatUnicodeCallsEqualAreOne() throws {
        let table = try files.table("x,t\n1,caf\u{E9}\n2,cafe\u{301}\n3,cafe\n", label: "x")
        #expect(table.features == [0, 0, 1])
    }

    // MARK: Missing cells

    @Test func missingCellsAreNoNumbers() throws {
        let table = try files.table("x,t,n\n1,red,?\n,NA,2\nnan,blue,3\n") { $0.allowsMissing = true }
        #expect(table.categories(1) == ["red", "blue"])
        let expected = [1, 0, .nan, .nan, .nan, 2, .nan, 1, 3]
        #expect(zip(table.features, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    }

    @Test func aColumnWithoutAnyCellHasNumbers() throws {
        let table = try files.table("x,y\n1,\n2,?\n") { $0.allowsMissing = true }
        #expect(table.columns[1].categories == nil && table.features.count(where: \.isNaN) == 2)
    }

    // MARK: Weights

    @Test func weightsAreNumbers() {
        func expectError(_ cell: String, error: @escaping (String) -> CSVError) {
            expect("x,w\n1,1\n2,\(cell)\n", ask: { $0.weights = "w" }, throws: error)
        }
        expectError("two") { .notANumber(path: $0, row: 3, column: "w", text: "two") }
        expectError("NA") { .missingWeight(path: $0, row: 3, column: "w") }
        expectError("inf") { .notFinite(path: $0, row: 3, column: "w", text: "inf") }
    }

    // MARK: Text columns

    @Test func aTextColumnHasNumbersIfAllCellsAre() throws {
        func numbers(_ cells: String...) throws -> [Double]? {
            try files.table("x,y\n" + cells.map { "0,\"\($0)\"\n" }.joined(), label: "y").label?.numbers()
        }
        #expect(try numbers("3", "-1", "+2.0", "1,234.5") == [3, -1, 2, 1234.5])
        #expect(try numbers("1", "two") == nil)
        #expect(try numbers("1", "inf", "one") == nil)
    }

    @Test func aTextColumnIsCoded() throws {
        let coded = try #require(files.table("x,y\n1,b\n2,a\n3,b\n4,c\n", label: "y").label?.coded())
        #expect(coded.texts == ["b", "a", "c"] && coded.codes == [0, 1, 0, 2] && coded.firstRows == [0, 1, 3])
    }
}
