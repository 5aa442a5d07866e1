import Datasets

extension LabelSchema {
    /// The class of each sample, as its place among the class names.
    ///
    /// Names decide: a label is looked up by its text, or by the name that the file gives to its number. A number without a
    /// name is looked up as a text if the classes are called by numbers, and is the place of a class otherwise.
    /// - Parameter note: receives what the user should be told.
    /// - Throws: `SchemaMismatch.unknownClass` with the first row whose class is unknown; `DatasetError`.
    package func classes(of labels: Labels, _ note: (SchemaNote) -> Void) throws -> [Int32] {
        let lookup = ClassLookup(classNames, labels)
        let areColumnsUnnamed = labels.width > 1 && labels.classNames == nil
        if lookup.usesPlaces || areColumnsUnnamed && classNames != (0..<classNames.count).map(String.init) {
            note(.classesOfModel(file: labels.file, dataset: labels.dataset, classes: classNames))
        }
        switch labels.values {
        case .texts(let names, let codes):
            let places = names.map(lookup.place)
            return try codes.enumerated().map { row, code in
                guard let place = places[Int(code)] else { throw unknown(labels, row, names[Int(code)]) }
                return place
            }
        case .integers(let integers):
            return try self.classes(of: integers, labels, lookup)
        case .numbers(let numbers, width: 1):
            guard let integers = wholeNumbers(numbers) else {
                let row = numbers.firstIndex { wholeNumber($0) == nil } ?? 0
                throw DatasetError.notAClass(labels.place(row), value: labels.text(row))
            }
            return try self.classes(of: integers, labels, lookup)
        case .numbers(let numbers, let width):
            return try classes(ofRows: numbers, width: width, labels, lookup)
        }
    }

    private func classes(of integers: [Int64], _ labels: Labels, _ lookup: ClassLookup) throws -> [Int32] {
        var known: [Int64: Int32] = [:]
        return try integers.enumerated().map { row, integer in
            if let place = known[integer] { return place }
            guard let place = try lookup.place(of: integer, labels, row) else {
                throw unknown(labels, row, lookup.name(of: integer))
            }
            known[integer] = place
            return place
        }
    }

    /// The classes of one-hot rows.
    private func classes(
        ofRows numbers: [Double], width: Int, _ labels: Labels, _ lookup: ClassLookup
    ) throws -> [Int32] {
        guard labels.classNames?.count == width || width == classNames.count else {
            throw DatasetError.unequalLabelWidths(
                file: labels.file, dataset: labels.dataset, expected: classNames.count, found: width)
        }
        return try (0..<numbers.count / width).map { row in
            guard let column = oneHotClass(numbers[row * width..<(row + 1) * width]) else {
                throw DatasetError.notOneHot(file: labels.file, dataset: labels.dataset, row: labels.number(row))
            }
            guard let names = labels.classNames, names.count == width else { return Int32(column) }
            guard let place = lookup.place(of: names[column]) else { throw unknown(labels, row, names[column]) }
            return place
        }
    }

    private func unknown(_ labels: Labels, _ row: Int, _ name: String) -> SchemaMismatch {
        .unknownClass(labels.place(row), name: name, classes: classNames)
    }
}

/// Finds classes by name.
private struct ClassLookup {
    private let places: [String: Int32]
    private let count: Int
    /// The names that the file gives to its numbers.
    private let fileNames: [String]?
    /// Whether numbers without names are the places of classes.
    let usesPlaces: Bool

    init(_ classNames: [String], _ labels: Labels) {
        places = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, Int32($0)) })
        count = classNames.count
        fileNames = labels.classNames
        let areTexts = if case .texts = labels.values { true } else { false }
        usesPlaces =
            !areTexts && !labels.isOfTable && labels.classNames == nil && !classNames.allSatisfy { Int64($0) != nil }
    }

    func place(of name: String) -> Int32? { places[name] }

    func place(of integer: Int64, _ labels: Labels, _ row: Int) throws -> Int32? {
        if usesPlaces {
            guard (0..<Int64(count)).contains(integer) else {
                throw DatasetError.notAClassID(
                    file: labels.file, dataset: labels.dataset, row: labels.number(row), value: "\(integer)",
                    classCount: count)
            }
            return Int32(integer)
        }
        if let fileNames, !fileNames.indices.contains(Int(clamping: integer)) {
            throw DatasetError.unnamedClass(
                file: labels.file, dataset: labels.dataset, row: labels.number(row), value: "\(integer)",
                names: fileNames.count)
        }
        return places[name(of: integer)]
    }

    func name(of integer: Int64) -> String { fileNames.map { $0[Int(integer)] } ?? "\(integer)" }
}
