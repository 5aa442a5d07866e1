import Datasets
import Kernels

/// The labels of a split as in the file, before a schema says what they mean. A row is the label of a sample, or of a step of one.
package struct Labels: Sendable {
    package enum Values: Sendable {
        /// One integer for each row.
        case integers([Int64])
        /// [rows, width], row-major.
        case numbers([Double], width: Int)
        /// One text for each row: `names[codes[row]]`, in the order of their first appearance.
        case texts(names: [String], codes: [Int32])
    }

    package let values: Values
    /// The names of classes in the file, in the order of the class ids; nil if there are none.
    package let classNames: [String]?
    package let file: String
    /// The path of the dataset, or the name of a table's column.
    package let dataset: String
    /// Where the labels of each sample begin, if they are one a step; nil: one a sample.
    package let sequences: SequenceOffsets?
    /// The shape of a sample's numbers in the file, where it has several axes or may be one of steps: [steps], [steps, width].
    private let sampleShape: [Int]
    /// The line of each row of a table of text, counted from 1; nil for other files.
    private let line: (@Sendable (_ row: Int) -> Int)?
    /// The rows of the file that these are; nil for all.
    private let fileRows: [Int]?
    /// Whether each of the distinct texts is a number as the file writes them; empty unless the file is a table of text.
    private let areNumbers: [Bool]

    package var rows: Int {
        switch values {
        case .integers(let integers): integers.count
        case .numbers(let numbers, let width): numbers.count / width
        case .texts(_, let codes): codes.count
        }
    }

    /// The number of values in a label.
    package var width: Int {
        if case .numbers(_, let width) = values { return width }
        return 1
    }

    /// Labels in memory.
    /// - Parameters:
    ///   - dataset: the name of the column or of the array, for messages.
    ///   - sequences: whose steps the rows are; nil if they are samples.
    ///   - sampleShape: of a sample's numbers.
    ///   - line: the line of each row of a table of text.
    ///   - areNumbers: whether each of the distinct texts is a number as the table writes them.
    package init(
        _ values: Values, classNames: [String]?, file: String, dataset: String = "", sequences: SequenceOffsets? = nil,
        sampleShape: [Int] = [], line: (@Sendable (_ row: Int) -> Int)? = nil, areNumbers: [Bool] = []
    ) {
        self.init(
            values, classNames: classNames, file: file, dataset: dataset, sequences: sequences,
            sampleShape: sampleShape, line: line, fileRows: nil, areNumbers: areNumbers)
    }

    private init(
        _ values: Values, classNames: [String]?, file: String, dataset: String, sequences: SequenceOffsets?,
        sampleShape: [Int], line: (@Sendable (_ row: Int) -> Int)?, fileRows: [Int]?, areNumbers: [Bool]
    ) {
        (self.values, self.classNames, self.file, self.dataset) = (values, classNames, file, dataset)
        (self.sequences, self.sampleShape) = (sequences, sampleShape)
        (self.line, self.fileRows, self.areNumbers) = (line, fileRows, areNumbers)
    }

    /// The labels of a part of the samples.
    package func selecting(_ selection: RowSelection) -> Labels {
        let samples = selection.indices
        let picked = sequences.map { sequences in samples.flatMap { sequences.steps(of: $0) } } ?? samples
        let values: Values =
            switch values {
            case .integers(let integers): .integers(picked.map { integers[$0] })
            case .numbers(let numbers, let width):
                .numbers(picked.flatMap { numbers[$0 * width..<($0 + 1) * width] }, width: width)
            case .texts(let names, let codes): .texts(names: names, codes: picked.map { codes[$0] })
            }
        return Labels(
            values, classNames: classNames, file: file, dataset: dataset,
            sequences: sequences?.selecting(selection), sampleShape: sampleShape, line: line,
            fileRows: samples.map { fileRows?[$0] ?? $0 }, areNumbers: areNumbers)
    }

    /// The same labels as one a step of samples of so many steps; nil if they have not so many numbers, or none of several.
    package func ofSteps(_ steps: Int) -> Labels? {
        guard sequences == nil, steps > 1, sampleShape.first == steps, case .numbers(let numbers, let width) = values
        else { return nil }
        return Labels(
            .numbers(numbers, width: width / steps), classNames: classNames, file: file, dataset: dataset,
            sequences: SequenceOffsets(lengths: repeatElement(steps, count: rows)), sampleShape: [], line: line,
            fileRows: fileRows, areNumbers: areNumbers)
    }

    /// Whether a sample's numbers have several axes, so that they can only be those of its steps.
    package var areOfStepsOnly: Bool { sampleShape.count > 1 && width > (sampleShape.first ?? 1) }

    /// Whether one of the distinct texts is a number.
    func isNumber(text index: Int, _ text: String) -> Bool {
        areNumbers.isEmpty ? Double(text)?.isFinite == true : areNumbers[index]
    }

    /// Whether they are a column of a table of text, whose numbers are texts like others.
    var isOfTable: Bool { line != nil }

    /// The place of a row, for messages.
    package func place(_ row: Int) -> Place {
        let number = number(row)
        return Place(file: file, object: dataset, row: number.row, step: number.step, line: line?(number.row))
    }

    /// What messages call a row.
    package func number(_ row: Int) -> RowNumber {
        let number = sequences?.number(ofStep: row) ?? RowNumber(row)
        return RowNumber(fileRows?[number.row] ?? number.row, step: number.step)
    }

    /// A label as a text, for messages.
    package func text(_ row: Int) -> String {
        switch values {
        case .integers(let integers): "\(integers[row])"
        case .numbers(let numbers, let width):
            numbers[row * width..<(row + 1) * width].map { describe($0) }.joined(separator: ", ")
        case .texts(let names, let codes): names[Int(codes[row])]
        }
    }

    /// The number of rows of each class, by its name in the file or its number; nil for several values a row and for
    /// numbers that are not whole.
    package var classCounts: [String: Int]? {
        func counts(_ integers: [Int64]) -> [String: Int] {
            integers.reduce(into: [Int64: Int]()) { $0[$1, default: 0] += 1 }.reduce(into: [:]) { counts, entry in
                let names = classNames ?? []
                let place = Int(clamping: entry.key)
                counts[names.indices.contains(place) ? names[place] : "\(entry.key)", default: 0] += entry.value
            }
        }
        switch values {
        case .integers(let integers): return counts(integers)
        case .numbers(let numbers, width: 1): return wholeNumbers(numbers).map(counts)
        case .numbers: return nil
        case .texts(let names, let codes):
            return codes.reduce(into: [:]) { $0[names[Int($1)], default: 0] += 1 }
        }
    }

    /// Whether they are whole numbers without names, which could be classes or measurements.
    package var areUnnamedWholeNumbers: Bool {
        guard classNames == nil else { return false }
        switch values {
        case .integers: return true
        case .numbers(let numbers, width: 1): return wholeNumbers(numbers) != nil
        case .numbers, .texts: return false
        }
    }

    /// The columns whose values are too close together for 32-bit floats; nil if there are none.
    package var coarseColumns: CoarseColumns? {
        switch values {
        case .integers(let integers): ColumnRanges(of: integers).coarse(of: dataset, sampleShape: [1])
        case .numbers(let numbers, let width):
            ColumnRanges(of: numbers, columns: width).coarse(of: dataset, sampleShape: [width])
        case .texts: nil
        }
    }
}

extension Labels.Values {
    /// Texts, of which each distinct one gets a code in the order of first appearance.
    package init(texts: [String]) {
        var places: [String: Int32] = [:]
        var names: [String] = []
        let codes = texts.map { text in
            if let code = places[text] { return code }
            let code = Int32(names.count)
            places[text] = code
            names.append(text)
            return code
        }
        self = .texts(names: names, codes: codes)
    }
}

// MARK: Between processes

extension Labels {
    /// The description that a child process sends to its parent, with the id of the shared memory.
    package struct Description: Codable {
        let rows: Int
        /// The width of numbers; nil for integers and texts.
        let width: Int?
        /// The distinct texts; nil for integers and numbers.
        let texts: [String]?
        let classNames: [String]?
        let file: String
        let dataset: String
        let sequences: SequenceOffsets?
        let sampleShape: [Int]
        /// The shared memory segment, which can be attached while the child process exists.
        let sharedMemoryID: Int32
    }

    /// Copies the values to shared memory.
    package func shared() -> (description: Description, memory: AnyObject) {
        func share<T: BitwiseCopyable & Numeric & Sendable>(
            _ numbers: [T], width: Int? = nil, texts: [String]? = nil
        ) -> (description: Description, memory: AnyObject) {
            let buffer = AlignedBuffer<T>(count: numbers.count, isShared: true)
            _ = buffer.view.pointer.update(fromContentsOf: numbers)
            let description = Description(
                rows: rows, width: width, texts: texts, classNames: classNames, file: file, dataset: dataset,
                sequences: sequences, sampleShape: sampleShape, sharedMemoryID: buffer.identifier ?? -1)
            return (description, buffer)
        }
        switch values {
        case .integers(let integers): return share(integers)
        case .numbers(let numbers, let width): return share(numbers, width: width)
        case .texts(let names, let codes): return share(codes, texts: names)
        }
    }

    /// Copies the labels that a child process has read.
    /// - Returns: nil if the segment cannot be attached.
    package init?(_ description: Description) {
        func copy<T: BitwiseCopyable & Numeric & Sendable>(_ count: Int) -> [T]? {
            guard let buffer = AlignedBuffer<T>(count: count, attaching: description.sharedMemoryID) else { return nil }
            return buffer.array
        }
        let values: Values?
        if let width = description.width {
            values = copy(description.rows * width).map { .numbers($0, width: width) }
        } else if let texts = description.texts {
            values = copy(description.rows).map { .texts(names: texts, codes: $0) }
        } else {
            values = copy(description.rows).map { .integers($0) }
        }
        guard let values else { return nil }
        self.init(
            values, classNames: description.classNames, file: description.file, dataset: description.dataset,
            sequences: description.sequences, sampleShape: description.sampleShape)
    }
}
