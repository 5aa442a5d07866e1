/// What the columns of a table are used for.
struct TableColumns {
    let names: [String]
    /// The positions of features, in the file's order, from 0.
    let features: [Int]
    /// Whether each feature is text or numbers whatever its cells are; nil if its cells decide.
    let areText: [Bool?]
    private let roles: [ColumnRole?]

    /// - Throws: `CSVError` if columns are wanted that do not exist, are not unique, or have two roles.
    init(names: [String], hasHeader: Bool, request: TableRequest, path: String) throws(CSVError) {
        self.names = names
        let finder = ColumnFinder(names: names, hasNames: hasHeader, knownNames: request.knownNames)
        var roles: [ColumnRole?] = Array(repeating: nil, count: names.count)
        for (name, role) in request.columnsThatMustExist {
            let found = finder.columns(name)
            guard let column = found.first else {
                if request.optionalRoles.contains(role) { continue }
                throw .noSuchColumn(path: path, name: name, available: names, hasHeader: hasHeader)
            }
            guard found.count == 1 else {
                throw .severalColumns(path: path, name: name, columns: found.map { $0 + 1 }, role: role)
            }
            if let other = roles[column], other != role {
                // What has another use is no feature anyway.
                if role == .ignored, other == .group || other == .id { continue }
                if role == .ignored, request.optionalRoles.contains(other) {
                    roles[column] = role
                    continue
                }
                throw .twoRoles(path: path, column: names[column], roles: [other, role])
            }
            roles[column] = role
        }
        let ignored = request.ignoredIfPresent.flatMap(finder.columns).filter { roles[$0] == nil }
        let hasFeaturesAlone = hasHeader ? false : try request.hasFeaturesAlone(roles, path: path)
        if !hasFeaturesAlone { for column in ignored { roles[column] = .ignored } }
        self.roles = roles
        let features = names.indices.filter { roles[$0] == nil || roles[$0] == .text }
        self.features = features
        areText = zip(features, request.kinds(of: features, names: names, hasHeader: hasHeader)).map { feature, kind in
            roles[feature] == .text ? true : kind
        }
        try requireUniqueFeatures(path: path)
    }

    /// The names of the columns that have this role.
    func names(of role: ColumnRole) -> [String] { names.indices.filter { roles[$0] == role }.map { names[$0] } }

    /// The position of the only column that has this role.
    func position(of role: ColumnRole) -> Int? { roles.firstIndex(of: role) }

    private func requireUniqueFeatures(path: String) throws(CSVError) {
        guard !features.isEmpty else { throw .noFeatureColumns(path: path) }
        var seen: Set<String> = []
        guard let twice = features.first(where: { !seen.insert(names[$0]).inserted }) else { return }
        let columns = features.filter { names[$0] == names[twice] }
        throw .equalNames(path: path, name: names[twice], columns: columns.map { $0 + 1 })
    }
}

/// Finds columns by name, or by position counted from 1 if no column has that name.
struct ColumnFinder {
    private let count: Int
    private let knownNames: Set<String>
    private var named: [String: [Int]] = [:]

    /// - Parameter knownNames: names that are no positions.
    init(names: [String], hasNames: Bool, knownNames: Set<String>) {
        (count, self.knownNames) = (names.count, knownNames)
        guard hasNames else { return }
        for (column, name) in names.enumerated() where !name.isEmpty { named[name, default: []].append(column) }
    }

    func columns(_ name: String) -> [Int] {
        named[name] ?? position(name).map { [$0] } ?? []
    }

    func position(_ name: String) -> Int? {
        guard !knownNames.contains(name) else { return nil }
        return Int(name).flatMap { (1...count).contains($0) ? $0 - 1 : nil }
    }
}

extension TableRequest {
    fileprivate var columnsThatMustExist: [(name: String, role: ColumnRole)] {
        [(label, .label), (weights, .weights), (id, .id), (group, .group)].compactMap { name, role in
            name.map { ($0, role) }
        } + ignored.map { ($0, .ignored) } + textColumns.map { ($0, .text) }
    }

    /// All columns that are asked for.
    var allNames: [String] { columnsThatMustExist.map(\.name) + ignoredIfPresent + (expected?.names ?? []) }

    /// The columns whose cells are not read as numbers.
    var namesWithoutNumbers: [String] {
        [id, group].compactMap { $0 } + ignored + ignoredIfPresent + textColumns + (expected?.textNames ?? [])
    }

    /// Whether a table without header has the features alone, beside what is asked for, so that positions in another table
    /// mean nothing in it.
    /// - Parameter roles: of its columns; nil for those that are not asked for.
    /// - Throws: `CSVError.otherColumnCount` if it has neither the features alone nor the columns of the other table.
    fileprivate func hasFeaturesAlone(_ roles: [ColumnRole?], path: String) throws(CSVError) -> Bool {
        guard let expected else { return false }
        let (features, others) = (expected.areText.count, expected.otherPositions)
        let asked = roles.indices.filter { roles[$0] != nil && roles[$0] != .text }
        if roles.count == features + others.count, asked.allSatisfy({ others.contains("\($0 + 1)") }) { return false }
        guard roles.count == features + asked.count else {
            throw .otherColumnCount(
                path: path, found: roles.count,
                expected: Set([features + asked.count] + (others.isEmpty ? [] : [features + others.count])).sorted())
        }
        return true
    }

    /// Whether each feature is expected to be text; nil if it is not expected.
    fileprivate func kinds(of features: [Int], names: [String], hasHeader: Bool) -> [Bool?] {
        guard let expected else { return features.map { _ in nil } }
        guard hasHeader, let known = expected.names else {
            return expected.areText.count == features.count ? expected.areText : features.map { _ in nil }
        }
        let kinds = Dictionary(zip(known, expected.areText)) { first, _ in first }
        return features.map { kinds[names[$0]] }
    }
}

extension ExpectedFeatures {
    /// The names of features that are text.
    fileprivate var textNames: [String] { zip(names ?? [], areText).filter(\.1).map(\.0) }
}
