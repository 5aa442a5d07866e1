import Datasets
import HDF5
import Splits
import Testing

@testable import Runs

/// The group /schema of a checkpoint.
@Suite struct SchemaFileTests {
    /// Six features, of which the second is text.
    private static func schema() -> Schema {
        Schema(
            features: FeatureSchema(
                sampleShape: [6], axes: "T", names: ["a", "größe", "c", "d", "e", "f"],
                categories: [nil, ["blue", "red"], nil, nil, nil, nil], elementType: "float64", scale: 0.1,
                offset: -3,
                standardization: Standardization(
                    kind: .feature, grouping: .each, shift: [1.7e18, 0, 0.1, 2, 3, 4], divisor: [2e11, 0, 1, 1, 1, 1]),
                missing: .init(policy: .mean, fills: [1, -1, 2, 3, 4, 5]), allowsUnseen: true,
                ranges: FeatureRanges(
                    smallest: [0, .infinity, 0, 0, 0, 0], largest: [1, -.infinity, 1, 1, 1, 1])),
            labels: LabelSchema(kind: .classes, classNames: ["yes", "", "ja"], width: 1))
    }

    private static func labels(
        _ kind: LabelSchema.Kind, _ names: [String] = [], width: Int = 1, means: [Double] = [],
        deviations: [Double] = []
    ) -> LabelSchema {
        var labels = LabelSchema(kind: kind, classNames: names, width: width)
        (labels.means, labels.deviations) = (means, deviations)
        return labels
    }

    private static let file = "c.h5"

    /// Writes a schema, changes the file, and reads it.
    private func reread(
        _ schema: Schema, change: (_ features: Group, _ labels: Group) throws -> Void = { _, _ in }
    ) throws -> Schema {
        let file = try File.createInMemory()
        let group = try file.root.createGroup("schema")
        try schema.write(to: group)
        try change(group.group("features"), group.group("labels"))
        return try Schema(reading: group, file: Self.file)
    }

    // MARK: Round trips

    private static let written: [Schema] = {
        var plain = schema()
        plain.features = FeatureSchema(
            sampleShape: [8, 8], axes: nil, names: nil, categories: [], elementType: "uint8", scale: 1 / 16,
            offset: 0, standardization: .none, missing: .init(policy: .refuse, fills: []), allowsUnseen: false,
            ranges: FeatureRanges(smallest: [0], largest: [1]))
        var replaced = plain
        replaced.features.replacedScale = 0.5
        var channels = plain
        channels.features.sampleShape = [4, 4, 3]
        channels.features.standardization = Standardization(
            kind: .channel, grouping: .lastAxis(3), shift: [1, 2, 3], divisor: [0, 1, 2])
        var first = channels
        (first.features.sampleShape, first.features.axes) = ([3, 4, 4], "CHW")
        first.features.standardization = Standardization(
            kind: .channel, grouping: .firstAxis(3), shift: [1, 2, 3], divisor: [0, 1, 2])
        var all = plain
        all.features.standardization = Standardization(kind: .all, grouping: .all, shift: [1], divisor: [2])
        var sequences = channels
        (sequences.features.sampleShape, sequences.features.axes) = ([29, 3], "TC")
        (sequences.features.hasLengths, sequences.features.names) = (true, ["x", "y", "z"])
        sequences.features.missing = .init(policy: .mean, fills: [1, 2, 3])
        var texts = plain
        (texts.features.sampleShape, texts.features.axes, texts.features.hasLengths) = ([29, 1], "TC", true)
        texts.features.vocabulary = ["", "the", "größe", "日本"]
        let labelled = [
            labels(.oneHot, ["a", "b"], width: 2), labels(.binary, width: 3),
            labels(.binary, ["x", "y", "z"], width: 3), labels(.numbers, width: 2),
            labels(.numbers, width: 2, means: [1.5, -2], deviations: [0.25, 3]),
        ].map { Schema(features: plain.features, labels: $0) }
        return [schema(), plain, replaced, channels, first, all, sequences, texts] + labelled
    }()

    @Test(arguments: 0..<written.count)
    func whatIsWrittenIsRead(index: Int) throws {
        #expect(try reread(Self.written[index]) == Self.written[index])
    }

    @Test func aReplacedScaleMayBeNoNumber() throws {
        var schema = Self.written[1]
        schema.features.replacedScale = .nan
        #expect(try reread(schema).features.replacedScale?.isNaN == true)
    }

    // MARK: Impossible parts

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the error names, in /schema.
        let object: String
        let forge: @Sendable (inout Schema) -> Void

        init(_ description: String, _ object: String, _ forge: @escaping @Sendable (inout Schema) -> Void) {
            (testDescription, self.object, self.forge) = (description, object, forge)
        }
    }

    private static let shapes = [
        Forgery("no shape", "features/shape") { $0.features.sampleShape = [] },
        Forgery("an extent of 0", "features/shape") { $0.features.sampleShape = [6, 0] },
        Forgery("a negative extent", "features/shape") { $0.features.sampleShape = [-2, -3] },
        Forgery("lengths of samples without steps", "features/lengths") { $0.features.hasLengths = true },
        Forgery("more than any memory", "features/shape") { $0.features.sampleShape = [1 << 40, 1 << 40] },
    ]

    private static let features = [
        Forgery("a vocabulary of no sequences", "features/vocabulary") { $0.features.vocabulary = ["", "the"] },
        Forgery("too few names", "features/names") { $0.features.names = ["a"] },
        Forgery("names twice", "features/names") { $0.features.names = ["a", "a", "c", "d", "e", "f"] },
        Forgery("too few categories", "features/categories") { $0.features.categories = [nil, ["x"]] },
        Forgery("categories twice", "features/categories") { $0.features.categories[1] = ["x", "x"] },
        Forgery("no inputs", "features/categories") {
            $0.features.categories = Array(repeating: [], count: 6)
            $0.features.missing.fills = []
        },
        Forgery("a scale that is no number", "features/scale") { $0.features.scale = .nan },
        Forgery("an infinite offset", "features/offset") { $0.features.offset = .infinity },
        Forgery("groups that do not divide the features", "features/grouping") {
            $0.features.standardization = Standardization(
                kind: .channel, grouping: .lastAxis(4), shift: [0, 0, 0, 0], divisor: [1, 1, 1, 1])
        },
        Forgery("too few shifts", "features/shift") {
            $0.features.standardization = Standardization(kind: .feature, grouping: .each, shift: [1], divisor: [1])
        },
        Forgery("shifts without standardisation", "features/shift") {
            $0.features.standardization = Standardization(kind: .none, grouping: .all, shift: [1], divisor: [1])
        },
        Forgery("an infinite shift", "features/shift") {
            $0.features.standardization = Standardization(kind: .all, grouping: .all, shift: [.infinity], divisor: [1])
        },
        Forgery("a negative divisor", "features/divisor") {
            $0.features.standardization = Standardization(kind: .all, grouping: .all, shift: [1], divisor: [-1])
        },
        Forgery("too few fills", "features/fills") { $0.features.missing.fills = [1, 0] },
        Forgery("a fill that is no number", "features/fills") { $0.features.missing.fills[0] = .nan },
        Forgery("a fill of no category", "features/fills") { $0.features.missing.fills[1] = 2 },
        Forgery("a fill between categories", "features/fills") { $0.features.missing.fills[1] = 0.5 },
        Forgery("ranges of two of six features", "features/smallest") {
            $0.features.ranges = FeatureRanges(smallest: [0, 0], largest: [1, 1])
        },
        Forgery("a range that is no number", "features/smallest") {
            $0.features.ranges = FeatureRanges(smallest: [.nan], largest: [1])
        },
    ]

    private static let labels = [
        Forgery("classes without names", "labels/classes") { $0.labels = labels(.classes) },
        Forgery("classes of several numbers", "labels/classes") { $0.labels = labels(.classes, ["a", "b"], width: 2) },
        Forgery("classes of the same name", "labels/classes") { $0.labels = labels(.classes, ["a", "a"]) },
        Forgery("too few names of columns", "labels/classes") { $0.labels = labels(.oneHot, ["a", "b"], width: 3) },
        Forgery("too few names of answers", "labels/classes") { $0.labels = labels(.binary, ["a"], width: 3) },
        Forgery("measurements with classes", "labels/classes") { $0.labels = labels(.numbers, ["a"]) },
        Forgery("no width", "labels/width") { $0.labels = labels(.numbers, width: 0) },
        Forgery("a width beyond any memory", "labels/width") { $0.labels = labels(.numbers, width: 1 << 40) },
        Forgery("means of classes", "labels/means") {
            $0.labels = labels(.classes, ["a", "b"], means: [1], deviations: [1])
        },
        Forgery("too few means", "labels/means") {
            $0.labels = labels(.numbers, width: 2, means: [1], deviations: [1])
        },
        Forgery("a mean that is no number", "labels/means") {
            $0.labels = labels(.numbers, means: [.nan], deviations: [1])
        },
        Forgery("no deviations", "labels/deviations") { $0.labels = labels(.numbers, means: [1]) },
        Forgery("a deviation of 0", "labels/deviations") {
            $0.labels = labels(.numbers, means: [1], deviations: [0])
        },
    ]

    @Test(arguments: shapes + features + labels)
    func impossiblePartsAreRefusedByName(forgery: Forgery) {
        var schema = Self.schema()
        forgery.forge(&schema)
        #expect(
            throws: CheckpointError.unreadableSchema(file: Self.file, object: "/schema/\(forgery.object)")
        ) { try reread(schema) }
    }

    /// Attributes of the features that are replaced by a word or a number, or taken away.
    @Test(arguments: ["elementType", "scale", "offset", "standardization", "grouping", "missing", "allowsUnseen"])
    func missingPartsAreRefusedByName(name: String) throws {
        let file = try File.createInMemory()
        let whole = try file.root.createGroup("whole")
        try Self.schema().write(to: whole)
        let group = try file.root.createGroup("schema")
        let (from, to) = (try whole.group("features"), try group.createGroup("features"))
        for other in try from.attributeNames() where other != name {
            if try from.attributeType(other) == .string {
                try to.writeString(other, from.readString(other))
            } else {
                try to.writeScalar(other, from.readScalar(other, as: Double.self))
            }
        }
        try to.createDataset("shape", of: Int64.self, shape: [1]).write([6])
        for list in ["shift", "divisor", "fills", "smallest", "largest"] {
            try to.createDataset(list, of: Double.self, shape: [6]).write(from.dataset(list).read(as: Double.self))
        }
        #expect(
            throws: CheckpointError.unreadableSchema(file: Self.file, object: "/schema/features/\(name)")
        ) { try Schema(reading: group, file: Self.file) }
    }

    @Test(arguments: ["standardization", "grouping", "missing"])
    func unknownWordsAreRefusedByName(name: String) {
        #expect(
            throws: CheckpointError.unreadableSchema(file: Self.file, object: "/schema/features/\(name)")
        ) { try reread(Self.schema()) { features, _ in try features.writeString(name, "sideways") } }
    }

    @Test func anUnknownKindOfLabelsIsRefusedByName() {
        #expect(throws: CheckpointError.unreadableSchema(file: Self.file, object: "/schema/labels/kind")) {
            try reread(Self.schema()) { try $1.writeString("kind", "poems") }
        }
    }
}
