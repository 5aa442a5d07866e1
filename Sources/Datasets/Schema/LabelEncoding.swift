import Kernels

/// How labels are encoded as targets of a loss. It is chosen from the training labels and stored in checkpoints, and
/// applies to all other splits and files.
package enum LabelEncoding: Sendable, Equatable {
    /// Class ids, for cross-entropy.
    case classIDs(classCount: Int)
    /// One-hot rows, for squared error on classes.
    case oneHot(classCount: Int)
    /// Values from 0 to 1 for each output, for binary losses.
    case binary(width: Int)
    /// Rows of probabilities with a sum of 1, for cross-entropy.
    case distribution(width: Int)
    /// Regression targets.
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

    /// Encodes the labels of a split.
    /// - Throws: `DatasetError` with the first row that does not fit.
    package func encode(_ labels: Labels) throws -> Targets {
        switch self {
        case .classIDs(let count):
            let ids = try classIDs(of: labels, below: count)
            let buffer = AlignedBuffer<Int32>(count: ids.count)
            _ = buffer.view.pointer.update(fromContentsOf: ids)
            return .classes(buffer)
        case .oneHot(let count):
            let ids = try classIDs(of: labels, below: count)
            let buffer = FloatBuffer(count: ids.count * count)
            for (row, id) in ids.enumerated() {
                buffer.view[row * count + Int(id)] = 1
            }
            return .values(buffer, width: count)
        case .binary(let width):
            let targets = try numbers(of: labels, width: width)
            if let index = targets.view.pointer.firstIndex(where: { !(0...1).contains($0) }) {
                throw DatasetError.notBinary(
                    file: labels.file, dataset: labels.dataset, row: index / width,
                    value: describe(targets.view[index]))
            }
            return .values(targets, width: width)
        case .distribution(let width):
            let targets = try numbers(of: labels, width: width)
            for row in 0..<targets.count / width {
                let probabilities = targets.view.slice(row * width, width).array
                let sum = probabilities.reduce(0, +)
                // The tolerance allows for rounded values in the file.
                guard probabilities.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 1e-3 else {
                    throw DatasetError.notADistribution(
                        file: labels.file, dataset: labels.dataset, row: row,
                        value: probabilities.first { $0 < 0 }.map(describe), sum: describe(sum))
                }
            }
            return .values(targets, width: width)
        case .numbers(let width):
            return .values(try numbers(of: labels, width: width), width: width)
        }
    }

    private func numbers(of labels: Labels, width: Int) throws -> FloatBuffer {
        let (values, found) =
            switch labels.values {
            case .integers(let ids): (ids.map { Float($0) }, 1)
            case .numbers(let numbers, let width): (numbers, width)
            }
        guard found == width else {
            throw DatasetError.unequalLabelWidths(
                file: labels.file, dataset: labels.dataset, expected: width, found: found)
        }
        let buffer = FloatBuffer(count: values.count)
        _ = buffer.view.pointer.update(fromContentsOf: values)
        return buffer
    }

    private func classIDs(of labels: Labels, below count: Int) throws -> [Int32] {
        func refuse(_ row: Int, _ value: String) -> DatasetError {
            .notAClassID(file: labels.file, dataset: labels.dataset, row: row, value: value, classCount: count)
        }
        switch labels.values {
        case .integers(let ids):
            return try ids.enumerated().map { row, id in
                guard id >= 0 && id < count else { throw refuse(row, "\(id)") }
                return Int32(id)
            }
        case .numbers(let numbers, width: 1):
            return try numbers.enumerated().map { row, number in
                guard let id = Int32(exactly: number), id >= 0 && id < count else {
                    throw refuse(row, describe(number))
                }
                return id
            }
        case .numbers(let numbers, let width):
            guard width == count else {
                throw DatasetError.unequalLabelWidths(
                    file: labels.file, dataset: labels.dataset, expected: count, found: width)
            }
            return try (0..<numbers.count / width).map { row in
                guard let id = oneHotClass(numbers[row * width..<(row + 1) * width]) else {
                    throw DatasetError.notOneHot(file: labels.file, dataset: labels.dataset, row: row)
                }
                return Int32(id)
            }
        }
    }
}

extension Labels {
    /// The number of classes: the number of class names, or else the largest class id plus one.
    /// - Throws: `DatasetError` with the first row that is not a class id, or has no name although there are class names.
    package func classCount() throws -> Int {
        if case .numbers(_, let width) = values, width > 1 { return width }
        var largest = 0
        for row in 0..<rows {
            let id =
                switch values {
                case .integers(let ids): Int(exactly: ids[row])
                case .numbers(let numbers, _): Int(exactly: numbers[row])
                }
            // Computed only for an error.
            var text: String {
                switch values {
                case .integers(let ids): "\(ids[row])"
                case .numbers(let numbers, _): describe(numbers[row])
                }
            }
            guard let id, id >= 0 else {
                throw DatasetError.notAClassID(
                    file: file, dataset: dataset, row: row, value: text, classCount: nil)
            }
            if let names = classNames {
                guard id < names.count else {
                    throw DatasetError.unnamedClass(
                        file: file, dataset: dataset, row: row, value: text, names: names.count)
                }
                continue
            }
            // Larger labels are regression targets stored as integers, rather than class ids.
            guard id < max(rows, 2) else {
                throw DatasetError.moreClassesThanSamples(
                    file: file, dataset: dataset, row: row, value: text, samples: rows)
            }
            largest = max(largest, id)
        }
        return classNames?.count ?? largest + 1
    }

    /// Whether every label is 0 or 1.
    package var areBinary: Bool {
        switch values {
        case .integers(let ids): ids.allSatisfy { $0 == 0 || $0 == 1 }
        case .numbers(let numbers, _): numbers.allSatisfy { $0 == 0 || $0 == 1 }
        }
    }

    /// Whether every row is one-hot.
    package var areOneHot: Bool {
        guard case .numbers(let numbers, let width) = values, width > 1 else { return false }
        return stride(from: 0, to: numbers.count, by: width).allSatisfy {
            oneHotClass(numbers[$0..<$0 + width]) != nil
        }
    }

    /// The number of values in a sample's label.
    package var width: Int {
        if case .numbers(_, let width) = values { return width }
        return 1
    }
}

/// The index of the 1 in a one-hot row; nil if the row is not one-hot.
private func oneHotClass(_ row: ArraySlice<Float>) -> Int? {
    guard let index = row.firstIndex(of: 1), row.count(where: { $0 == 0 }) == row.count - 1 else { return nil }
    return index - row.startIndex
}
