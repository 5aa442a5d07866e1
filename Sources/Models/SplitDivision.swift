import DatasetFiles
import RunSettings
import Splits

// MARK: Shares of a file's samples

extension RawSplits {
    /// Says which labels are of steps, leaves out rows with missing values, and takes the shares of the training split that the configuration asks for.
    mutating func divide(by configuration: Configuration) throws {
        takeLabelsOfSteps(configuration)
        if configuration.missing ?? train.features.description.missing == .dropRow { try dropIncompleteRows() }
        guard let shares = configuration.splitShares else {
            for key in ["split", "splitSeed"] where configuration.differsFromDefault(key) {
                throw SettingsError.splitWithoutShare(setting: key)
            }
            return
        }
        guard shares.validation + shares.test < 1 else { throw SettingsError.sharesTooLarge }
        for (name, split, share) in [
            (SplitName.validation, validation, shares.validation), (.test, test, shares.test),
        ] where split != nil && share > 0 {
            throw SettingsError.shareBesideSplit(file: path, split: name.rawValue)
        }
        let whole = train
        let schema = try whole.labels.map { try LabelSchema(of: $0, configuration) }
        allLabels = schema
        let classes = try schema.flatMap { try $0.classIDs(of: whole.labels) } ?? []
        do {
            let rows = try shares.rows(count: whole.count, groups: groups(for: shares, classes))
            try requireAllClasses(schema, classes, in: rows.train, shares.method)
            train = whole.selecting(rows.train)
            if shares.validation > 0 { validation = whole.selecting(rows.validation) }
            if shares.test > 0 { test = whole.selecting(rows.test) }
        } catch let error as SplitShares.EmptySplit {
            throw SettingsError.emptySplit(
                file: path, split: error.split.rawValue, share: error.share, samples: error.samples,
                reason: Int((error.share * Double(error.samples)).rounded()) > 0
                    ? shares.method.reasonForEmptySplits(classes: Set(classes).count) : nil)
        }
    }

    /// What the labels of the training split mean. Of which kind they are, all shares together say.
    func labelSchema(of labels: Labels, _ configuration: Configuration) throws -> LabelSchema {
        guard let allLabels else { return try LabelSchema(of: labels, configuration) }
        var configuration = configuration
        configuration.task = allLabels.task
        let own = try LabelSchema(of: labels, configuration)
        return own.kind == allLabels.kind ? own : allLabels
    }

    private mutating func dropIncompleteRows() throws {
        func complete(_ split: RawSplit) throws -> RawSplit {
            try split.droppingIncompleteRows { notes.append($0) }
        }
        train = try complete(train)
        validation = try validation.map(complete)
        test = try test.map(complete)
    }

    /// The group of each sample, or its class if the split is to be stratified; empty otherwise.
    private func groups(for shares: SplitShares, _ classes: [Int32]) throws -> [Int32] {
        switch shares.method {
        case .ordered, .random: return []
        case .stratified: return classes
        case .group(let column):
            guard let groups = train.groups else {
                throw SettingsError.groupsNeedATable(file: path, column: column)
            }
            return groups
        }
    }

    /// Checks that every class has a sample to learn from.
    private func requireAllClasses(
        _ schema: LabelSchema?, _ classes: [Int32], in train: [Int], _ method: SplitShares.Method
    ) throws {
        let present = Set(train.map { classes.isEmpty ? -1 : classes[$0] })
        guard let schema, let absent = Set(classes).subtracting(present).min() else { return }
        throw SettingsError.classOutsideTraining(
            file: path, name: schema.classNames[Int(absent)], split: method.description)
    }
}

extension SplitShares.Method {
    fileprivate func reasonForEmptySplits(classes: Int) -> EmptySplitReason? {
        switch self {
        case .stratified: classes > 1 ? .classes(classes) : nil
        case .group: .groups
        case .random, .ordered: nil
        }
    }
}

extension LabelSchema {
    /// What labels mean by the rules and by what the user says.
    init(of labels: Labels, _ configuration: Configuration) throws {
        try self.init(
            of: labels, task: configuration.task,
            prefersMeasurements: configuration.loss?.takesMeasurements ?? false)
    }

    /// The class of each sample; nil if the labels are not classes, or are those of steps.
    fileprivate func classIDs(of labels: Labels?) throws -> [Int32]? {
        guard let labels, !areOfSteps, kind == .classes || kind == .oneHot else { return nil }
        return try classes(of: labels) { _ in }
    }
}
