import Testing

@testable import Datasets
@testable import Splits

/// What labels are taken for.
@Suite struct LabelSchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let labels: Labels
        var task: LabelSchema.Task?
        var prefersMeasurements = false
        /// nil for measurements.
        let classes: [String]?

        init(
            _ description: String, _ values: Labels.Values, names: [String]? = nil, task: LabelSchema.Task? = nil,
            prefersMeasurements: Bool = false, classes: [String]?
        ) {
            (testDescription, self.task, self.prefersMeasurements) = (description, task, prefersMeasurements)
            labels = Labels(values, classNames: names, file: "f.h5", dataset: "/y")
            self.classes = classes
        }
    }

    private static func integers(_ values: some Sequence<Int>) -> Labels.Values { .integers(values.map(Int64.init)) }

    private static func texts(_ texts: [String]) -> Labels.Values { Labels.Values(texts: texts) }

    /// Values first…last, each so many times.
    private static func gapless(_ values: ClosedRange<Int>, each count: Int) -> Labels.Values {
        integers((0..<count).flatMap { _ in values })
    }

    private static let texts = [
        Case("texts", texts(["b", "a", "b"]), classes: ["a", "b"]),
        Case("texts by their bytes", texts(["é", "a", "Z", "ab"]), classes: ["Z", "a", "ab", "é"]),
        Case("texts that are numbers", texts(["10", "9"]), classes: ["9", "10"]),
        Case("texts of which one is no number", texts(["9", "10", "x"]), classes: ["10", "9", "x"]),
        Case("texts that are the same number", texts(["1", "01", "0"]), classes: ["0", "01", "1"]),
        Case("one text", texts(["a", "a"]), classes: ["a"]),
    ]

    private static let integers = [
        Case("0 and 1", integers([1, 0, 1]), classes: ["0", "1"]),
        Case("−1 and 1", integers([1, -1, 1]), classes: ["-1", "1"]),
        Case("1 to 3", integers([3, 1, 2]), classes: ["1", "2", "3"]),
        Case("ids that never occur have no output", integers([99, 0, 1]), classes: ["0", "1", "99"]),
        Case("20 different", integers((0..<20).map { 7 * $0 }), classes: (0..<20).map { "\(7 * $0)" }),
        Case("21 different", integers((0..<21).map { 7 * $0 }), classes: nil),
        Case("10 samples a class from 0", gapless(0...24, each: 10), classes: (0...24).map(String.init)),
        Case("10 samples a class from 1", gapless(1...25, each: 10), classes: (1...25).map(String.init)),
        Case("9 samples a class", gapless(0...24, each: 9), classes: nil),
        Case("10 samples a class from 2", gapless(2...26, each: 10), classes: nil),
        Case(
            "10 samples a class with a gap", integers((0..<250).map { $0 % 25 == 24 ? 25 : $0 % 25 }), classes: nil),
        Case(
            "as many as a user says", integers(0..<50), task: .classification, classes: (0..<50).map(String.init)),
        Case("measurements of a user", integers([0, 1]), task: .regression, classes: nil),
    ]

    private static let floats = [
        Case("whole floats", .numbers([2, 0, -1], width: 1), classes: ["-1", "0", "2"]),
        Case("21 whole floats", .numbers((0..<21).map { 2 * Double($0) }, width: 1), classes: nil),
        Case("a fraction", .numbers([0, 1, 0.5], width: 1), classes: nil),
        Case(
            "a fraction that a user takes for measurements", .numbers([0.5], width: 1), task: .regression, classes: nil),
        Case(
            "a fraction beside names that a user takes for measurements", .numbers([0.5], width: 1), names: ["a"],
            task: .regression, classes: nil),
        Case("the largest whole number", .numbers([0, 0x1p53], width: 1), classes: ["0", "9007199254740992"]),
        Case("beyond whole numbers", .numbers([0, 0x1p54], width: 1), classes: nil),
    ]

    private static let losses = [
        Case(
            "two values, and a loss of measurements", integers([7, 3]), prefersMeasurements: true, classes: ["3", "7"]),
        Case("three values, and a loss of measurements", integers([0, 1, 2]), prefersMeasurements: true, classes: nil),
        Case(
            "three named values, and a loss of measurements", integers([0, 1, 2]), names: ["a", "b", "c"],
            prefersMeasurements: true, classes: ["a", "b", "c"]),
        Case(
            "three values that are classes, and a loss of measurements", integers([0, 1, 2]), task: .classification,
            prefersMeasurements: true, classes: ["0", "1", "2"]),
    ]

    private static let names = [
        Case("names", integers([1, 0]), names: ["a", "b", "c"], classes: ["a", "b", "c"]),
        Case("names of whole floats", .numbers([1, 0], width: 1), names: ["a", "b"], classes: ["a", "b"]),
        Case(
            "named numbers that are measurements", integers([1, 700]), names: ["a", "b"], task: .regression,
            classes: nil),
    ]

    @Test(arguments: texts + integers + floats + losses + names)
    func oneLabelASample(example: Case) throws {
        let schema = try LabelSchema(
            of: example.labels, task: example.task, prefersMeasurements: example.prefersMeasurements)
        #expect(schema.kind == (example.classes == nil ? .numbers : .classes))
        #expect(schema.classNames == example.classes ?? [] && schema.width == 1)
        #expect(schema.task == (example.classes == nil ? .regression : .classification))
    }

    // MARK: Several numbers a sample

    private static let rows: [([Double], names: [String]?, LabelSchema.Task?, LabelSchema.Kind, classes: [String])] = [
        ([0, 1, 1, 0], nil, nil, .oneHot, ["0", "1"]),
        ([0, 1, 1, 0], ["a", "b"], .classification, .oneHot, ["a", "b"]),
        ([0, 1, 1, 1], nil, nil, .binary, []),
        ([0, 1, 1, 1], ["a", "b"], nil, .binary, ["a", "b"]),
        ([0, 1, 1, 1], ["a", "b", "c"], nil, .binary, []),
        ([0, 1, 0.5, 0.5], ["a", "b"], nil, .numbers, []),
        ([0, 1, 1, 0], nil, .regression, .numbers, []),
    ]

    @Test(arguments: rows)
    func severalNumbersASample(
        numbers: [Double], names: [String]?, task: LabelSchema.Task?, kind: LabelSchema.Kind, classes: [String]
    ) throws {
        let labels = Labels(.numbers(numbers, width: 2), classNames: names, file: "f.h5")
        let schema = try LabelSchema(of: labels, task: task)
        #expect(schema.kind == kind && schema.classNames == classes && schema.width == 2)
    }

    // MARK: Refused

    private func labels(_ values: Labels.Values, names: [String]? = nil) -> Labels {
        Labels(values, classNames: names, file: "t.csv", dataset: "y") { $0 + 2 }
    }

    private func place(_ row: Int) -> Place { Place(file: "t.csv", object: "y", row: row, line: row + 2) }

    @Test func fractionsAreNoClasses() {
        let fractions = labels(.numbers([1, 2, 2.5], width: 1))
        #expect(throws: DatasetError.notAClass(place(2), value: "2.5")) {
            try LabelSchema(of: fractions, task: .classification)
        }
        #expect(throws: DatasetError.notAClass(place(2), value: "2.5")) {
            try LabelSchema(of: labels(.numbers([1, 2, 2.5], width: 1), names: ["a", "b", "c"]), task: nil)
        }
        #expect(throws: DatasetError.notAClass(place(1), value: "0.5, 1")) {
            try LabelSchema(of: labels(.numbers([1, 0, 0.5, 1], width: 2)), task: .classification)
        }
    }

    @Test func textsAreNoMeasurements() {
        #expect(throws: DatasetError.textIsNoMeasurement(place(0), text: "high")) {
            try LabelSchema(of: labels(Labels.Values(texts: ["high", "low"])), task: .regression)
        }
    }

    @Test func numbersBeyondTheNamesAreRefusedByTheirRowInTheFile() {
        let some = labels(.integers([0, 2, 0, 2]), names: ["a", "b"]).selecting(RowSelection([0, 3], of: 4))
        #expect(throws: DatasetError.unnamedClass(file: "t.csv", dataset: "y", row: 3, value: "2", names: 2)) {
            try LabelSchema(of: some, task: nil)
        }
    }

    // MARK: Selections and standardising

    @Test func textsOutsideASelectionAreNoClasses() throws {
        let some = labels(Labels.Values(texts: ["a", "b", "c", "a"])).selecting(RowSelection([0, 2, 3], of: 4))
        #expect(try LabelSchema(of: some, task: nil).classNames == ["a", "c"])
        #expect(some.text(1) == "c" && some.place(1) == place(2))
    }

    @Test func measurementsAreStandardisedByTheirOwnColumn() throws {
        let measured = labels(.numbers([1, 7, 3, 7, 5, 7], width: 2))
        let schema = try LabelSchema(of: measured, task: .regression).standardized(by: measured)
        #expect(schema.means == [3, 7])
        #expect(abs(schema.deviations[0] - (8.0 / 3).squareRoot()) < 1e-15 && schema.deviations[1] == 1)
        let targets = try schema.encode(measured, as: .numbers(width: 2)).numbers(0..<3)
        let deviation = (8.0 / 3).squareRoot()
        #expect(targets == [Float(-2 / deviation), 0, 0, 0, Float(2 / deviation), 0])
    }

    @Test func countsAreByNameOrNumber() {
        #expect(labels(.integers([0, 1, 1, 5]), names: ["a", "b"]).classCounts == ["a": 1, "b": 2, "5": 1])
        #expect(labels(.numbers([2, 2, -1], width: 1)).classCounts == ["2": 2, "-1": 1])
        #expect(labels(Labels.Values(texts: ["x", "y", "x"])).classCounts == ["x": 2, "y": 1])
        #expect(labels(.numbers([0.5], width: 1)).classCounts == nil)
        #expect(labels(.numbers([0, 1], width: 2)).classCounts == nil)
    }
}
