import Datasets
import Kernels

/// How labels are encoded as targets of a loss.
package enum LabelEncoding: Sendable, Equatable {
    /// Class ids, for cross-entropy.
    case classIDs(classCount: Int)
    /// One-hot rows, for squared error on classes.
    case oneHot(classCount: Int)
    /// Values from 0 to 1 for each output, for binary losses. One output tells two classes apart.
    case binary(width: Int)
    /// Rows of probabilities with a sum of 1, for cross-entropy.
    case distribution(width: Int)
    /// Regression targets, or 0 and 1 for two classes.
    case numbers(width: Int)

    /// The number of the network's outputs.
    package var outputs: Int {
        switch self {
        // A softmax over a single class is constant.
        case .classIDs(let count): max(count, 2)
        case .oneHot(let count): count
        case .binary(let width), .distribution(let width), .numbers(let width): width
        }
    }
}

extension LabelSchema {
    /// Encodes the labels of a split as targets.
    /// - Parameter note: receives what the user should be told.
    /// - Throws: `DatasetError` and `SchemaMismatch` with the first row that does not fit.
    package func encode(
        _ labels: Labels, as encoding: LabelEncoding, note: (SchemaNote) -> Void = { _ in }
    ) throws -> Targets {
        switch encoding {
        case .classIDs:
            let classes = try classes(of: labels, note)
            let buffer = AlignedBuffer<Int32>(count: classes.count)
            _ = buffer.view.pointer.update(fromContentsOf: classes)
            return .classes(buffer)
        case .oneHot(let count):
            let classes = try classes(of: labels, note)
            let buffer = FloatBuffer(count: classes.count * count)
            for (row, place) in classes.enumerated() { buffer.view[row * count + Int(place)] = 1 }
            return .values(buffer, width: count)
        case .binary(let width), .numbers(let width):
            if kind == .classes { return .values(floats(try classes(of: labels, note).map(Double.init)), width: 1) }
            if kind == .oneHot { return try encode(labels, as: .oneHot(classCount: width), note: note) }
            let numbers = try numbers(of: labels, width: width, note)
            if case .binary = encoding { try requireProbabilities(numbers, labels) }
            return .values(floats(standardized(numbers)), width: width)
        case .distribution(let width):
            let numbers = try numbers(of: labels, width: width, note)
            try requireDistributions(numbers, width: width, labels)
            return .values(floats(numbers), width: width)
        }
    }

    private func floats(_ numbers: [Double]) -> FloatBuffer {
        let buffer = FloatBuffer(count: numbers.count)
        for (index, number) in numbers.enumerated() { buffer.view[index] = Float(number) }
        return buffer
    }

    /// The numbers of labels that are not classes.
    private func numbers(of labels: Labels, width: Int, _ note: (SchemaNote) -> Void) throws -> [Double] {
        guard labels.width == width else {
            throw DatasetError.unequalLabelWidths(
                file: labels.file, dataset: labels.dataset, expected: width, found: labels.width)
        }
        switch labels.values {
        case .integers(let integers):
            if let names = labels.classNames {
                note(.measurementsWithNames(file: labels.file, dataset: labels.dataset, names: names))
            }
            return integers.map(Double.init)
        case .numbers(let numbers, _): return try ordered(numbers, labels, note)
        case .texts: throw labels.textIsNoMeasurement
        }
    }

    /// The answers of each row in the order of the outputs' names.
    private func ordered(_ numbers: [Double], _ labels: Labels, _ note: (SchemaNote) -> Void) throws -> [Double] {
        guard !classNames.isEmpty else { return numbers }
        guard let names = labels.classNames, names.count == width else {
            note(.classesOfModel(file: labels.file, dataset: labels.dataset, classes: classNames))
            return numbers
        }
        guard names != classNames else { return numbers }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let order = classNames.compactMap { places[$0] }
        guard order.count == width else {
            let unknown = names.first { !classNames.contains($0) } ?? ""
            throw SchemaMismatch.unknownClass(labels.place(0), name: unknown, classes: classNames)
        }
        return (0..<numbers.count).map { numbers[$0 / width * width + order[$0 % width]] }
    }

    /// Measurements as targets.
    private func standardized(_ numbers: [Double]) -> [Double] {
        guard !means.isEmpty else { return numbers }
        return numbers.enumerated().map { index, number in
            let column = index % width
            return (number - means[column]) / deviations[column]
        }
    }

    private func requireProbabilities(_ numbers: [Double], _ labels: Labels) throws {
        guard let index = numbers.firstIndex(where: { !(0...1).contains($0) }) else { return }
        throw DatasetError.notBinary(
            file: labels.file, dataset: labels.dataset, row: labels.number(index / labels.width),
            value: describe(numbers[index]))
    }

    private func requireDistributions(_ numbers: [Double], width: Int, _ labels: Labels) throws {
        for row in 0..<numbers.count / width {
            let probabilities = numbers[row * width..<(row + 1) * width]
            let sum = probabilities.reduce(0, +)
            // The tolerance allows for rounded values in the file.
            guard probabilities.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 1e-3 else {
                throw DatasetError.notADistribution(
                    file: labels.file, dataset: labels.dataset, row: labels.number(row),
                    value: probabilities.first { $0 < 0 }.map { describe($0) }, sum: describe(Float(sum)))
            }
        }
    }
}
