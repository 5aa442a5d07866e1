import Datasets
import HDF5
import Splits

// MARK: /schema of a checkpoint

extension Schema {
    /// Writes the schema to an empty group: attributes for words and single numbers, datasets for lists.
    /// - Throws: `HDF5Error`.
    func write(to group: Group) throws {
        try features.write(to: group.createGroup("features"))
        try labels.write(to: group.createGroup("labels"))
        try columns?.write(to: group.createGroup("columns"))
    }

    /// Reads what `write` has written.
    /// - Throws: `CheckpointError.unreadableSchema` naming what is missing or impossible; `HDF5Error`.
    init(reading group: Group, file: String) throws {
        self.init(
            features: try FeatureSchema(reading: SchemaGroup(group.group("features"), file)),
            labels: try LabelSchema(reading: SchemaGroup(group.group("labels"), file)),
            columns: try group.contains("columns")
                ? ColumnRoles(reading: SchemaGroup(group.group("columns"), file)) : nil)
    }
}

extension FeatureSchema {
    fileprivate func write(to group: Group) throws {
        try group.writeString("elementType", elementType)
        try group.writeScalar("scale", scale)
        try group.writeScalar("offset", offset)
        if let replacedScale { try group.writeScalar("replacedScale", replacedScale) }
        if let axes { try group.writeString("axes", axes) }
        try group.writeString("standardization", standardization.kind.rawValue)
        try group.writeString("grouping", standardization.grouping.name)
        try group.writeString("missing", missing.policy.rawValue)
        try group.writeScalar("allowsUnseen", Int64(allowsUnseen ? 1 : 0))
        try group.writeList("shape", sampleShape.map(Int64.init))
        if hasLengths { try group.writeScalar("lengths", Int64(1)) }
        try group.writeList("shift", standardization.shift)
        try group.writeList("divisor", standardization.divisor)
        try group.writeList("fills", missing.fills)
        try group.writeList("smallest", ranges.smallest)
        try group.writeList("largest", ranges.largest)
        if let names { try group.writeTexts("names", names) }
        if let vocabulary { try group.writeTexts("vocabulary", vocabulary) }
        if !categories.isEmpty { try group.writeTexts("categories", FeatureCategories.texts(of: categories)) }
    }

    fileprivate init(reading group: SchemaGroup) throws {
        let shape = try group.list("shape", as: Int64.self).map { Int(clamping: $0) }
        // A forged file may claim any size.
        let width = shape.reduce(1) { $0.multipliedSaturating(by: $1) }
        guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }), width <= 1 << 36 else { throw group.error("shape") }
        let hasLengths = try group.anyNumber("lengths") == 1
        guard !hasLengths || shape.count == 2 else { throw group.error("lengths") }
        let count = hasLengths ? shape[1] : width
        let names = try group.texts("names")
        guard names.map({ $0.count == count && Set($0).count == count }) ?? true else { throw group.error("names") }
        guard let categories = FeatureCategories.lists(of: try group.texts("categories") ?? []),
            categories.isEmpty || categories.count == width && !hasLengths
        else { throw group.error("categories") }
        self.init(
            sampleShape: shape, axes: try group.text("axes"), names: names, categories: categories,
            elementType: try group.requiredText("elementType"), scale: try group.number("scale"),
            offset: try group.number("offset"), standardization: try Standardization(reading: group, width: count),
            missing: try MissingValues(reading: group, width: count, categories: categories),
            allowsUnseen: try group.number("allowsUnseen") == 1, ranges: try FeatureRanges(reading: group, width: width)
        )
        guard inputShape.reduce(1, *) > 0 else { throw group.error("categories") }
        replacedScale = try group.anyNumber("replacedScale")
        self.hasLengths = hasLengths
        vocabulary = try group.texts("vocabulary")
        if let vocabulary {
            guard vocabulary.first == "", Set(vocabulary).count == vocabulary.count, hasLengths, count == 1 else {
                throw group.error("vocabulary")
            }
        }
    }
}

extension Standardization {
    fileprivate init(reading group: SchemaGroup, width: Int) throws {
        let kind: Kind = try group.word("standardization")
        guard let grouping = FeatureGrouping(name: try group.requiredText("grouping")), width % grouping.divisor == 0
        else { throw group.error("grouping") }
        let (shift, divisor) = (try group.list("shift", as: Double.self), try group.list("divisor", as: Double.self))
        let groups = kind == .none ? 0 : grouping.count(width: width)
        guard shift.count == groups, shift.allSatisfy(\.isFinite) else { throw group.error("shift") }
        guard divisor.count == groups, divisor.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw group.error("divisor")
        }
        self.init(kind: kind, grouping: grouping, shift: shift, divisor: divisor)
    }
}

extension FeatureSchema.MissingValues {
    fileprivate init(reading group: SchemaGroup, width: Int, categories: [[String]?]) throws {
        let fills = try group.list("fills", as: Double.self)
        guard fills.isEmpty || fills.count == width else { throw group.error("fills") }
        let arePossible = fills.enumerated().allSatisfy { feature, fill in
            guard !categories.isEmpty, let own = categories[feature] else { return fill.isFinite }
            return Int(exactly: fill).map { $0 == -1 || own.indices.contains($0) } ?? false
        }
        guard arePossible else { throw group.error("fills") }
        self.init(policy: try group.word("missing"), fills: fills)
    }
}

extension FeatureRanges {
    fileprivate init(reading group: SchemaGroup, width: Int) throws {
        let (smallest, largest) = (
            try group.list("smallest", as: Double.self), try group.list("largest", as: Double.self)
        )
        guard smallest.count == 1 || smallest.count == width, largest.count == smallest.count,
            (smallest + largest).allSatisfy({ !$0.isNaN })
        else { throw group.error("smallest") }
        self.init(smallest: smallest, largest: largest)
    }
}

extension LabelSchema {
    fileprivate func write(to group: Group) throws {
        try group.writeString("kind", kind.rawValue)
        try group.writeString("task", task.rawValue)
        try group.writeScalar("width", Int64(width))
        if areOfSteps { try group.writeScalar("steps", Int64(1)) }
        if !classNames.isEmpty { try group.writeTexts("classes", classNames) }
        try group.writeList("means", means)
        try group.writeList("deviations", deviations)
    }

    fileprivate init(reading group: SchemaGroup) throws {
        let kind: Kind = try group.word("kind")
        let names = try group.texts("classes") ?? []
        let width = try group.number("width")
        guard (1...0x1p31).contains(width), let width = Int(exactly: width) else { throw group.error("width") }
        let isComplete =
            switch kind {
            case .classes: !names.isEmpty && width == 1
            case .oneHot: names.count == width
            case .binary: names.isEmpty || names.count == width
            case .numbers: names.isEmpty
            }
        guard isComplete, Set(names).count == names.count else { throw group.error("classes") }
        self.init(kind: kind, classNames: names, width: width)
        areOfSteps = try group.anyNumber("steps") == 1
        means = try group.list("means", as: Double.self)
        deviations = try group.list("deviations", as: Double.self)
        guard means.isEmpty || means.count == width && kind == .numbers, means.allSatisfy(\.isFinite) else {
            throw group.error("means")
        }
        guard deviations.count == means.count, deviations.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw group.error("deviations")
        }
    }
}

extension ColumnRoles {
    fileprivate func write(to group: Group) throws {
        for (name, column) in [("label", label), ("weights", weights), ("group", self.group)] {
            if let column { try group.writeTexts(name, [column]) }
        }
        if !ignored.isEmpty { try group.writeTexts("ignored", ignored) }
    }

    fileprivate init(reading group: SchemaGroup) throws {
        self.init(
            label: try group.texts("label")?.first, weights: try group.texts("weights")?.first,
            group: try group.texts("group")?.first,
            ignored: try group.texts("ignored") ?? [])
    }
}

extension FeatureGrouping {
    fileprivate var name: String {
        switch self {
        case .all: "all"
        case .each: "each"
        case .lastAxis(let count): "last axis of \(count)"
        case .firstAxis(let count): "first axis of \(count)"
        }
    }

    fileprivate init?(name: String) {
        let count = name.split(separator: " ").last.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        switch name {
        case "all": self = .all
        case "each": self = .each
        default:
            guard let count else { return nil }
            if name.hasPrefix("last axis of ") {
                self = .lastAxis(count)
            } else if name.hasPrefix("first axis of ") {
                self = .firstAxis(count)
            } else {
                return nil
            }
        }
    }

    /// What the number of features must be a multiple of.
    fileprivate var divisor: Int {
        switch self {
        case .all, .each: 1
        case .lastAxis(let count), .firstAxis(let count): count
        }
    }
}
