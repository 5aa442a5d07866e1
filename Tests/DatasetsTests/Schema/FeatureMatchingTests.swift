import Foundation
import Testing

@testable import Datasets

/// A file's features against what a network has learned from: what fits, what is told, and what is refused.
@Suite struct FeatureMatchingTests {
    /// What a file says of its features.
    struct Said: Sendable {
        var names: [String]?
        var shape = [2]
        var type = "uint8"
        var scale: Double?
        var offset: Double?
        var axes: String?
        var categories: [[String]?] = []
        var dataset = "/X"

        func description() throws -> FeatureDescription {
            let text = """
                {"file": "f.h5", "dataset": "\(dataset)", "rows": 3, "sampleShape": \(shape), "elementType": "\(type)",
                "categories": [], "isTable": false}
                """
            var description = try JSONDecoder().decode(FeatureDescription.self, from: Data(text.utf8))
            description.scale = scale.map { .init(name: "scale", value: $0) }
            description.offset = offset.map { .init(name: "offset", value: $0) }
            (description.names, description.axes, description.categories) = (names, axes, categories)
            return description
        }

        var schema: FeatureSchema {
            FeatureSchema(
                sampleShape: shape, axes: axes, names: names, categories: categories, elementType: type,
                scale: scale ?? 1, offset: offset ?? 0, standardization: .none,
                missing: .init(policy: .refuse, fills: []), allowsUnseen: false, ranges: FeatureRanges(count: 1))
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let trained: Said
        let used: Said
        let outcome: Outcome

        enum Outcome: Sendable {
            /// What is told, and the order in which the features are taken from the file; nil for the same.
            case fits([SchemaNote], order: [Int]?)
            case refused(SchemaMismatch)
        }

        init(_ description: String, _ trained: Said, _ used: Said, told: SchemaNote..., order: [Int]? = nil) {
            (testDescription, self.trained, self.used) = (description, trained, used)
            outcome = .fits(told, order: order)
        }

        init(_ description: String, _ trained: Said, _ used: Said, _ refusal: SchemaMismatch) {
            (testDescription, self.trained, self.used, outcome) = (description, trained, used, .refused(refusal))
        }
    }

    private static let names = [
        Case("the same names", Said(names: ["a", "b"]), Said(names: ["a", "b"])),
        Case(
            "names in another order", Said(names: ["a", "b"]), Said(names: ["b", "a"]),
            told: .reordered(file: "f.h5", dataset: "/X"), order: [1, 0]),
        Case(
            "names of the network alone", Said(names: ["a", "b"]), Said(),
            told: .namesOfModel(file: "f.h5", dataset: "/X", names: ["a", "b"])),
        Case(
            "names of the file alone", Said(), Said(names: ["a", "b"]),
            told: .namesUnknown(file: "f.h5", dataset: "/X")),
        Case(
            "a feature renamed", Said(names: ["a", "b"]), Said(names: ["a", "c"]),
            .missingFeatures(file: "f.h5", dataset: "/X", names: ["b"], unknown: ["c"])),
        Case(
            "a feature missing", Said(names: ["a", "b"]), Said(names: ["a"], shape: [1]),
            .missingFeatures(file: "f.h5", dataset: "/X", names: ["b"], unknown: [])),
        Case(
            "a feature more", Said(names: ["a", "b"]), Said(names: ["a", "x", "b", "y"], shape: [4]),
            .unknownFeatures(file: "f.h5", dataset: "/X", names: ["x", "y"], isTable: false)),
        Case(
            "a column more", Said(names: ["a", "b"]), Said(names: ["a", "b", "x"], shape: [3], dataset: ""),
            .unknownFeatures(file: "f.h5", dataset: "", names: ["x"], isTable: true)),
        Case(
            "another number of features without names", Said(names: ["a", "b"]), Said(shape: [3]),
            .sampleShape(file: "f.h5", dataset: "/X", expected: [2], found: [3])),
    ]

    private static let layouts = [
        Case("flattened images", Said(shape: [2, 3]), Said(shape: [6])),
        Case("images of flat samples", Said(shape: [6]), Said(shape: [2, 3])),
        Case("ones added", Said(shape: [2, 3]), Said(shape: [1, 2, 3, 1])),
        Case("ones taken away", Said(shape: [2, 3, 1]), Said(shape: [2, 3])),
        Case("one number as a matrix", Said(shape: [1]), Said(shape: [1, 1])),
        Case(
            "transposed images", Said(shape: [2, 3]), Said(shape: [3, 2]),
            .sampleShape(file: "f.h5", dataset: "/X", expected: [2, 3], found: [3, 2])),
        Case(
            "other images of the same size", Said(shape: [4, 6]), Said(shape: [3, 8]),
            .sampleShape(file: "f.h5", dataset: "/X", expected: [4, 6], found: [3, 8])),
        Case(
            "other axes", Said(shape: [20, 3], axes: "TC"), Said(shape: [20, 3], axes: "HW"),
            .axes(file: "f.h5", dataset: "/X", expected: "TC", found: "HW")),
        Case("axes of the network alone", Said(shape: [3, 3, 3], axes: "HWC"), Said(shape: [3, 3, 3])),
        Case("axes of the file alone", Said(shape: [3, 3, 3]), Said(shape: [3, 3, 3], axes: "HWC")),
    ]

    /// Images whose channels are first or last: inputs have them last.
    private static let channels = [
        Case(
            "channels first", Said(shape: [2, 1, 3], axes: "CHW"), Said(shape: [2, 1, 3], axes: "CHW"),
            order: [0, 3, 1, 4, 2, 5]),
        Case(
            "channels first, not said again", Said(shape: [2, 1, 3], axes: "CHW"), Said(shape: [2, 1, 3]),
            order: [0, 3, 1, 4, 2, 5]),
        Case(
            "flattened, channels first", Said(shape: [2, 1, 3], axes: "CHW"), Said(shape: [6]),
            told: .flattened(file: "f.h5", dataset: "/X", shape: [2, 1, 3], axes: "CHW"), order: [0, 3, 1, 4, 2, 5]),
        Case(
            "channels last after channels first", Said(shape: [2, 4, 3], axes: "CHW"),
            Said(shape: [4, 3, 2], axes: "HWC"),
            told: .axes(file: "f.h5", dataset: "/X", axes: "HWC", expected: "CHW")),
        Case(
            "channels first in the shape of channels last", Said(shape: [5, 5, 3], axes: "HWC"),
            Said(shape: [5, 5, 3], axes: "CHW"),
            .axes(file: "f.h5", dataset: "/X", expected: "HWC", found: "CHW")),
        Case(
            "channels first after channels last", Said(shape: [1, 3, 2], axes: "HWC"),
            Said(shape: [2, 1, 3], axes: "CHW"),
            told: .axes(file: "f.h5", dataset: "/X", axes: "CHW", expected: "HWC"), order: [0, 3, 1, 4, 2, 5]),
        Case(
            "height and width exchanged", Said(shape: [2, 3], axes: "HW"), Said(shape: [3, 2], axes: "WH"),
            told: .axes(file: "f.h5", dataset: "/X", axes: "WH", expected: "HW"), order: [0, 2, 4, 1, 3, 5]),
        Case("one channel, first or last", Said(shape: [4, 3], axes: "HW"), Said(shape: [1, 4, 3], axes: "CHW")),
        Case("one channel, first", Said(shape: [1, 4, 3], axes: "CHW"), Said(shape: [4, 3])),
        Case(
            "images of another size", Said(shape: [2, 4, 3], axes: "CHW"), Said(shape: [3, 4, 2], axes: "HWC"),
            .sampleShape(file: "f.h5", dataset: "/X", expected: [2, 4, 3], found: [3, 4, 2])),
        Case(
            "channels last without a word", Said(shape: [3, 8, 9], axes: "CHW"), Said(shape: [8, 9, 3]),
            .axesUnsaid(
                file: "f.h5", dataset: "/X", expected: [3, 8, 9], axes: "CHW", found: [8, 9, 3], foundAxes: "HWC")),
        Case(
            "channels first without a word", Said(shape: [8, 9, 3], axes: "HWC"), Said(shape: [3, 8, 9]),
            .axesUnsaid(
                file: "f.h5", dataset: "/X", expected: [8, 9, 3], axes: "HWC", found: [3, 8, 9], foundAxes: "CHW")),
        Case(
            "channels first of a network without axes", Said(shape: [8, 9, 3]), Said(shape: [3, 8, 9], axes: "CHW"),
            .sampleShape(file: "f.h5", dataset: "/X", expected: [8, 9, 3], found: [3, 8, 9])),
    ]

    private static let scales = [
        Case("the same scale", Said(scale: 0.25, offset: -1), Said(scale: 0.25, offset: -1)),
        Case("the same scale as a Float", Said(scale: 1 / 255), Said(scale: Double(Float(1.0 / 255)))),
        Case("the same scale and another type", Said(scale: 0.25), Said(type: "float32", scale: 0.25)),
        Case(
            "no scale in a known type", Said(scale: 0.25, offset: -1), Said(),
            told: .scaleOfModel(file: "f.h5", dataset: "/X", scale: 0.25, offset: -1)),
        Case(
            "no scale in another type", Said(scale: 0.25), Said(type: "float32"),
            .unknownScale(file: "f.h5", dataset: "/X", type: "float32", expectedType: "uint8", scale: 0.25)),
        Case(
            "no scale of either in another type", Said(), Said(type: "float64"),
            told: .elementType(file: "f.h5", dataset: "/X", type: "float64", expected: "uint8")),
        Case("no scale of either in another type of floats", Said(type: "float32"), Said(type: "float64")),
        Case("an explicit scale of 1", Said(), Said(scale: 1, offset: 0)),
        Case(
            "another scale", Said(scale: 0.25), Said(scale: 0.5),
            .scale(file: "f.h5", dataset: "/X", expected: [0.25, 0], found: [0.5, 0])),
        Case(
            "a scale of the file alone", Said(), Said(scale: 0.5),
            .scale(file: "f.h5", dataset: "/X", expected: [1, 0], found: [0.5, 0])),
        Case(
            "values that are scaled already", Said(scale: 0.25), Said(scale: 1),
            .scale(file: "f.h5", dataset: "/X", expected: [0.25, 0], found: [1, 0])),
        Case(
            "another offset", Said(scale: 0.25, offset: 1), Said(scale: 0.25),
            .scale(file: "f.h5", dataset: "/X", expected: [0.25, 1], found: [0.25, 0])),
    ]

    private static let kinds = [
        Case(
            "text in place of numbers", Said(), Said(categories: [nil, ["x"]]),
            .featureKind(file: "f.h5", dataset: "/X", feature: "1", isText: true)),
        Case(
            "numbers in place of text", Said(names: ["a", "b"], categories: [["x"], nil]), Said(names: ["a", "b"]),
            .featureKind(file: "f.h5", dataset: "/X", feature: "a", isText: false)),
        Case(
            "text in another place", Said(names: ["a", "b"], categories: [["x"], nil]),
            Said(names: ["b", "a"], categories: [nil, ["x"]]), told: .reordered(file: "f.h5", dataset: "/X"),
            order: [1, 0]),
    ]

    @Test(arguments: names + layouts + channels + scales + kinds)
    func fitsIsToldOrRefused(example: Case) throws {
        switch example.outcome {
        case .fits(let expected, let order):
            let (transform, notes) = try example.trained.schema.match(example.used.description())
            #expect(notes == expected)
            #expect(transform.order == order)
        case .refused(let error):
            #expect(throws: error) { try example.trained.schema.match(example.used.description()) }
        }
    }

    // MARK: A scale of the user

    /// Of a file with the scale 0.5, read with 10.
    private func replacing(_ said: Said = Said(scale: 0.5)) throws -> FeatureSchema {
        var schema = said.schema
        (schema.scale, schema.replacedScale) = (10, said.scale)
        return schema
    }

    @Test func aScaleOfTheUserReplacesThatOfTheTrainingFileEverywhere() throws {
        let (transform, notes) = try replacing().match(Said(scale: 0.5).description())
        #expect(transform.scale == 10 && notes == [])
        #expect(try replacing().match(Said(scale: 10).description()).0.scale == 10)
    }

    @Test func aScaleOfTheUserDoesNotReplaceAThirdOne() {
        let error = SchemaMismatch.scale(file: "f.h5", dataset: "/X", expected: [10, 0], found: [0.25, 0])
        #expect(throws: error) { try replacing().match(Said(scale: 0.25).description()) }
    }

    /// --feature-scale is the way out of such a file.
    @Test func aScaleThatIsNoNumberCanBeReplaced() throws {
        #expect(try replacing(Said(scale: .nan)).match(Said(scale: .nan).description()).0.scale == 10)
    }

    // MARK: Values outside the range of training

    private func note(_ found: FeatureRanges) throws -> SchemaNote? {
        var schema = Said(names: ["a", "b"]).schema
        schema.ranges = FeatureRanges(smallest: [0, 10], largest: [1, 30])
        return try schema.outside(found, Said(names: ["a", "b"]).description())
    }

    @Test func valuesNearTheRangeOfTrainingAreNotTold() throws {
        #expect(try note(FeatureRanges(smallest: [0, 10], largest: [1, 30])) == nil)
        // As far out as the range is long.
        #expect(try note(FeatureRanges(smallest: [-1, -10], largest: [2, 50])) == nil)
    }

    @Test func theFeatureFarthestOutIsTold() throws {
        #expect(
            try note(FeatureRanges(smallest: [0, 10], largest: [2.5, 30]))
                == .outside(
                    file: "f.h5", dataset: "/X", feature: "a", found: 0...2.5, seen: 0...1, others: 0))
        #expect(
            try note(FeatureRanges(smallest: [-3, -90], largest: [1, 30]))
                == .outside(
                    file: "f.h5", dataset: "/X", feature: "b", found: -90...30, seen: 10...30, others: 1))
    }

    /// As of images whose features have names in the training file.
    @Test func oneRangeOfAllFeaturesIsHeldAgainstThatOfTraining() throws {
        #expect(try note(FeatureRanges(smallest: [0], largest: [30])) == nil)
        #expect(
            try note(FeatureRanges(smallest: [0], largest: [90]))
                == .outside(
                    file: "f.h5", dataset: "/X", feature: nil, found: 0...90, seen: 0...30, others: 0))
    }

    @Test func anythingElseIsOutsideAConstantUnlessItIsStandardisedToZero() throws {
        var schema = Said(shape: [1]).schema
        schema.ranges = FeatureRanges(smallest: [5], largest: [5])
        func note() throws -> SchemaNote? {
            try schema.outside(FeatureRanges(smallest: [5], largest: [6]), Said(shape: [1]).description())
        }
        let told = SchemaNote.outside(file: "f.h5", dataset: "/X", feature: nil, found: 5...6, seen: 5...5, others: 0)
        #expect(try note() == told)
        schema.standardization = Standardization(kind: .all, grouping: .all, shift: [5], divisor: [2])
        #expect(try note() == told)
        schema.standardization = Standardization(kind: .feature, grouping: .each, shift: [5], divisor: [0])
        #expect(try note() == nil)
    }
}
