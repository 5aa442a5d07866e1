import Datasets

/// What the labels of a training split mean: classes by their names, or measurements.
package struct LabelSchema: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        /// One class for each sample.
        case classes
        /// A row of zeros with a single 1, in the place of the sample's class.
        case oneHot = "one-hot"
        /// Several values of 0 or 1 for each sample, independent of each other.
        case binary
        /// Measurements.
        case numbers
    }

    package enum Task: String, Codable, Sendable, CaseIterable {
        case classification, regression
    }

    package let kind: Kind
    /// The names of the classes in the order of the network's outputs; of `binary`, the names of the outputs if the file
    /// has any; otherwise empty.
    package let classNames: [String]
    /// The number of values in a label: of `binary` and `numbers`.
    package let width: Int
    /// Whether there is a label for each step of a sample.
    package var areOfSteps = false
    /// How measurements are standardised: target = (value − mean) / deviation; empty if they are not.
    package var means: [Double] = []
    package var deviations: [Double] = []

    package init(kind: Kind, classNames: [String], width: Int) {
        (self.kind, self.classNames, self.width) = (kind, classNames, width)
    }

    package var task: Task { kind == .numbers ? .regression : .classification }

    /// Whether classes are called by texts, of which some may look like numbers.
    package var hasTextNames: Bool {
        kind == .classes && !classNames.allSatisfy { name in Int64(name).map { "\($0)" } == name }
    }

    /// The largest number of different whole numbers that are taken for classes without looking further.
    private static let fewClasses = 20
    /// The number of samples for each class from which gapless whole numbers are taken for classes.
    private static let samplesOfAClass = 10

    // MARK: Rules

    /// Chooses what labels mean.
    ///
    /// Texts are classes, and so are whole numbers with names in the file. Other whole numbers are classes if at most 20 are
    /// different, or if they are 0…K − 1 or 1…K without a gap and there are 10 samples for each class. Rows of several
    /// numbers are classes if all are one-hot, and several answers if all are 0 or 1.
    /// - Parameters:
    ///   - task: what the user says they are; nil to apply the rules.
    ///   - prefersMeasurements: whether the loss is one of measurements: whole numbers without names are then classes only if
    ///     there are two.
    /// - Throws: `DatasetError` for labels that do not fit the task.
    package init(of labels: Labels, task: Task?, prefersMeasurements: Bool = false) throws {
        switch labels.values {
        case .texts(let names, let codes):
            guard task != .regression else { throw labels.textIsNoMeasurement }
            // Of a selection of rows, some texts may not occur.
            let present = Set(codes)
            let places = names.indices.filter { present.contains(Int32($0)) }
            let occurring = places.map { names[$0] }
            let numbers = Set(places.filter { labels.isNumber(text: $0, names[$0]) }.map { Int32($0) })
            if task == nil, numbers.count > Self.fewClasses, let row = labels.firstTextRow {
                throw DatasetError.textAmongNumbers(
                    labels.place(row), text: labels.text(row), numbers: codes.count(where: numbers.contains))
            }
            guard task != nil || occurring.count <= Self.fewClasses || 2 * occurring.count <= codes.count else {
                throw DatasetError.manyClasses(
                    labels.place(0), text: labels.text(0), classes: occurring.count, rows: codes.count)
            }
            self.init(kind: .classes, classNames: Self.ordered(occurring), width: 1)
        case .integers(let integers):
            try self.init(of: integers, in: labels, task, prefersMeasurements)
        case .numbers(let numbers, width: 1):
            if let integers = wholeNumbers(numbers) {
                try self.init(of: integers, in: labels, task, prefersMeasurements)
            } else {
                guard task == .regression || task == nil && labels.classNames == nil else {
                    let row = numbers.firstIndex { wholeNumber($0) == nil } ?? 0
                    throw DatasetError.notAClass(labels.place(row), value: labels.text(row))
                }
                self.init(kind: .numbers, classNames: [], width: 1)
            }
        case .numbers(_, let width):
            let names = labels.classNames?.count == width ? labels.classNames : nil
            if task != .regression, labels.areOneHot {
                self.init(kind: .oneHot, classNames: names ?? (0..<width).map(String.init), width: width)
            } else if task != .regression, labels.areBinary {
                self.init(kind: .binary, classNames: names ?? [], width: width)
            } else {
                guard task != .classification else {
                    let row = labels.firstRowThatIsNotBinary ?? 0
                    throw DatasetError.notAClass(labels.place(row), value: labels.text(row))
                }
                self.init(kind: .numbers, classNames: [], width: width)
            }
        }
        areOfSteps = labels.sequences != nil
    }

    private init(of integers: [Int64], in labels: Labels, _ task: Task?, _ prefersMeasurements: Bool) throws {
        if let names = labels.classNames, task != .regression {
            if let row = integers.firstIndex(where: { !names.indices.contains(Int(clamping: $0)) }) {
                throw DatasetError.unnamedClass(
                    file: labels.file, dataset: labels.dataset, row: labels.number(row), value: "\(integers[row])",
                    names: names.count)
            }
            self.init(kind: .classes, classNames: names, width: 1)
            return
        }
        let distinct = Set(integers).sorted()
        let areClasses =
            if let task { task == .classification } else {
                prefersMeasurements ? distinct.count <= 2 : Self.areClasses(distinct, samples: integers.count)
            }
        self.init(
            kind: areClasses ? .classes : .numbers, classNames: areClasses ? distinct.map { "\($0)" } : [], width: 1)
    }

    /// The names of classes by value if all are whole numbers, so that 2 comes before 10; else by their UTF-8 bytes.
    private static func ordered(_ names: [String]) -> [String] {
        let values = names.map { Int64($0) }
        let areNumbers = values.allSatisfy { $0 != nil }
        return zip(values, names).sorted { left, right in
            areNumbers && left.0 != right.0
                ? (left.0 ?? 0) < (right.0 ?? 0) : left.1.utf8.lexicographicallyPrecedes(right.1.utf8)
        }.map(\.1)
    }

    /// - Parameter distinct: the different values, ascending.
    private static func areClasses(_ distinct: [Int64], samples: Int) -> Bool {
        guard distinct.count > fewClasses else { return true }
        guard let first = distinct.first, let last = distinct.last, first == 0 || first == 1 else { return false }
        return last - first == Int64(distinct.count) - 1 && samples >= samplesOfAClass * distinct.count
    }
}

extension Labels {
    /// The first row whose text is no number; nil if there is none.
    var firstTextRow: Int? {
        guard case .texts(let names, let codes) = values else { return nil }
        let areTexts = names.enumerated().map { !isNumber(text: $0, $1) }
        return codes.firstIndex { areTexts[Int($0)] }
    }

    /// The error for texts in the place of measurements.
    package var textIsNoMeasurement: DatasetError {
        let row = firstTextRow ?? 0
        return .textIsNoMeasurement(place(row), text: text(row))
    }

    /// Whether every value is 0 or 1.
    var areBinary: Bool { firstRowThatIsNotBinary == nil }

    /// The first row with a value that is neither 0 nor 1.
    var firstRowThatIsNotBinary: Int? {
        guard case .numbers(let numbers, let width) = values else { return nil }
        return numbers.firstIndex { $0 != 0 && $0 != 1 }.map { $0 / width }
    }

    /// Whether every row is one-hot.
    var areOneHot: Bool {
        guard case .numbers(let numbers, let width) = values, width > 1 else { return false }
        return stride(from: 0, to: numbers.count, by: width).allSatisfy {
            oneHotClass(numbers[$0..<$0 + width]) != nil
        }
    }
}

/// The index of the 1 in a one-hot row; nil if the row is not one-hot.
func oneHotClass(_ row: ArraySlice<Double>) -> Int? {
    guard let index = row.firstIndex(of: 1), row.count(where: { $0 == 0 }) == row.count - 1 else { return nil }
    return index - row.startIndex
}

/// Numbers as integers; nil if one is not a whole number.
package func wholeNumbers(_ numbers: [Double]) -> [Int64]? {
    guard numbers.allSatisfy({ wholeNumber($0) != nil }) else { return nil }
    return numbers.compactMap(wholeNumber)
}

/// A whole number up to 2⁵³, beyond which Doubles skip some.
func wholeNumber(_ number: Double) -> Int64? { abs(number) <= 0x1p53 ? Int64(exactly: number) : nil }
