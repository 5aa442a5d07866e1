import Testing

@testable import Datasets
@testable import Splits

/// Labels of a file against the classes that a network has learned.
@Suite struct ClassMatchingTests {
    private let animals = LabelSchema(kind: .classes, classNames: ["cat", "dog", "fox"], width: 1)
    private let numbered = LabelSchema(kind: .classes, classNames: ["-1", "2", "10"], width: 1)
    private let oneHot = LabelSchema(kind: .oneHot, classNames: ["cat", "dog", "fox"], width: 3)

    private func labels(_ values: Labels.Values, names: [String]? = nil) -> Labels {
        Labels(values, classNames: names, file: "f.h5", dataset: "/y")
    }

    private func place(_ row: Int) -> Place { Place(file: "f.h5", object: "/y", row: row) }

    /// The classes of labels, and what is told.
    private func classes(_ schema: LabelSchema, _ labels: Labels) throws -> (places: [Int32]?, notes: [SchemaNote]) {
        var notes: [SchemaNote] = []
        let targets = try schema.encode(labels, as: .classIDs(classCount: 3)) { notes.append($0) }
        return (targets.classIDs(0..<labels.rows), notes)
    }

    private func expect(
        _ schema: LabelSchema, _ labels: Labels, _ expected: [Int32], told: SchemaNote...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (places, notes) = try classes(schema, labels)
        #expect(places == expected, sourceLocation: sourceLocation)
        #expect(notes == told, sourceLocation: sourceLocation)
    }

    // MARK: Names

    @Test func namesDecideOverOrder() throws {
        let permuted = ["dog", "fox", "cat"]
        try expect(animals, labels(.integers([0, 1, 2, 0]), names: permuted), [1, 2, 0, 1])
        try expect(animals, labels(.numbers([0, 1, 2], width: 1), names: permuted), [1, 2, 0])
        try expect(animals, labels(Labels.Values(texts: ["fox", "cat", "fox"])), [2, 0, 2])
        try expect(oneHot, labels(.numbers([1, 0, 0, 0, 0, 1], width: 3), names: permuted), [1, 0])
    }

    @Test func fewerClassesAreFine() throws {
        try expect(animals, labels(.integers([0, 0]), names: ["fox"]), [2, 2])
        try expect(animals, labels(Labels.Values(texts: ["dog"])), [1])
        try expect(oneHot, labels(.numbers([1, 0, 0, 1], width: 2), names: ["fox", "dog"]), [2, 1])
    }

    @Test func moreNamesAreFineIfTheyDoNotOccur() throws {
        try expect(animals, labels(.integers([1, 2]), names: ["ant", "cat", "dog", "fox"]), [0, 1])
        try expect(oneHot, labels(.numbers([0, 1, 0, 0], width: 4), names: ["ant", "cat", "dog", "fox"]), [0])
    }

    @Test func anUnknownNameIsRefusedWithItsRow() {
        let names = ["ant", "cat", "dog", "fox"]
        for values in [
            Labels.Values.integers([1, 0, 0]), .numbers([1, 0], width: 1), Labels.Values(texts: ["cat", "ant"]),
            .numbers([0, 1, 0, 0, 1, 0, 0, 0], width: 4),
        ] {
            #expect(throws: SchemaMismatch.unknownClass(place(1), name: "ant", classes: ["cat", "dog", "fox"])) {
                try classes(animals, labels(values, names: names))
            }
        }
    }

    @Test func theRowIsThatOfTheFile() {
        let some = labels(Labels.Values(texts: ["ant", "cat", "emu"])).selecting(RowSelection([1, 2], of: 3))
        #expect(throws: SchemaMismatch.unknownClass(place(2), name: "emu", classes: ["cat", "dog", "fox"])) {
            try classes(animals, some)
        }
    }

    // MARK: Numbers without names

    @Test func numbersWithoutNamesAreTakenForPlacesAndTold() throws {
        let note = SchemaNote.classesOfModel(file: "f.h5", dataset: "/y", classes: ["cat", "dog", "fox"])
        try expect(animals, labels(.integers([0, 2])), [0, 2], told: note)
        try expect(animals, labels(.numbers([1, 2], width: 1)), [1, 2], told: note)
        try expect(oneHot, labels(.numbers([0, 0, 1], width: 3)), [2], told: note)
    }

    /// A cell with 1 is not the second class.
    @Test func numbersInTablesAreNamesLikeOthers() {
        let column = Labels(.integers([1]), classNames: nil, file: "t.csv", dataset: "kind") { $0 + 2 }
        let place = Place(file: "t.csv", object: "kind", row: 0, line: 2)
        #expect(throws: SchemaMismatch.unknownClass(place, name: "1", classes: ["cat", "dog", "fox"])) {
            try classes(animals, column)
        }
    }

    @Test func classesThatAreCalledByNumbersAreFoundByThem() throws {
        try expect(numbered, labels(.integers([10, -1, 2])), [2, 0, 1])
        try expect(numbered, labels(.numbers([2, 10], width: 1)), [1, 2])
        try expect(numbered, labels(Labels.Values(texts: ["10", "2"])), [2, 1])
        #expect(throws: SchemaMismatch.unknownClass(place(1), name: "0", classes: ["-1", "2", "10"])) {
            try classes(numbered, labels(.integers([2, 0])))
        }
    }

    @Test func namesOfTheFileCountAlsoForClassesThatAreCalledByNumbers() {
        #expect(throws: SchemaMismatch.unknownClass(place(0), name: "cat", classes: ["-1", "2", "10"])) {
            try classes(numbered, labels(.integers([0]), names: ["cat", "dog"]))
        }
    }

    @Test func anotherNumberOfColumnsWithoutNamesIsRefused() {
        #expect(
            throws: DatasetError.unequalLabelWidths(file: "f.h5", dataset: "/y", expected: 3, found: 2)
        ) { try classes(oneHot, labels(.numbers([0, 1], width: 2))) }
    }

    // MARK: Several answers a sample

    private let answers = LabelSchema(kind: .binary, classNames: ["red", "round", "ripe"], width: 3)

    private func answers(_ names: [String]?) throws -> (values: [Float]?, notes: [SchemaNote]) {
        var notes: [SchemaNote] = []
        let targets = try answers.encode(
            labels(.numbers([0, 1, 1, 1, 0, 0], width: 3), names: names), as: .binary(width: 3)
        ) { notes.append($0) }
        return (targets.numbers(0..<2), notes)
    }

    @Test func answersAreBroughtIntoTheOrderOfTheirNames() throws {
        #expect(try answers(["red", "round", "ripe"]).values == [0, 1, 1, 1, 0, 0])
        #expect(try answers(["ripe", "red", "round"]).values == [1, 1, 0, 0, 0, 1])
        #expect(try answers(["ripe", "red", "round"]).notes == [])
    }

    @Test func answersWithoutNamesAreTakenInOrderAndTold() throws {
        let (values, notes) = try answers(nil)
        #expect(values == [0, 1, 1, 1, 0, 0])
        #expect(
            notes == [.classesOfModel(file: "f.h5", dataset: "/y", classes: ["red", "round", "ripe"])])
    }

    @Test func anUnknownAnswerIsRefused() {
        #expect(throws: SchemaMismatch.unknownClass(place(0), name: "soft", classes: ["red", "round", "ripe"])) {
            try answers(["red", "soft", "ripe"])
        }
    }
}
