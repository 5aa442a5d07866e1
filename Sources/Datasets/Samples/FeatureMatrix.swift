import Kernels

/// The features of a split in memory, as a network takes them. Bytes stay bytes, which take a quarter of the memory, and are
/// converted to floats when a minibatch is gathered. All other types are converted to Float32 when they are read.
public struct FeatureMatrix: Sendable {
    package enum Storage: Sendable {
        case bytes(AlignedBuffer<UInt8>)
        case floats(FloatBuffer)
    }

    public let rows: Int
    /// The shape of one sample; [longest, channels] for sequences of different lengths.
    public let sampleShape: [Int]
    /// Where samples of different lengths begin among the steps in memory, [steps, channels]; nil if all samples have the same
    /// shape, [rows, sampleShape…] in memory.
    package let sequences: SequenceOffsets?
    /// value = raw · scale + offset
    public let scale: Float
    public let offset: Float
    package let storage: Storage
    /// The columns whose values are too close together for 32-bit floats; nil if there are none.
    package var coarseColumns: CoarseColumns?
    /// The ranges of the values, before they are standardised.
    package var ranges: FeatureRanges
    package var replacements = Replacements()

    /// The number of values in a sample; in the longest one, if lengths differ.
    public var width: Int { sampleShape.reduce(1, *) }

    /// The number of values in a step of a sequence.
    private var stepWidth: Int { sampleShape.dropFirst().reduce(1, *) }

    /// Where each sample begins among the steps of all, [rows + 1]; nil if all samples have all steps.
    package var offsets: [Int]? { sequences?.offsets }

    /// The number of steps of each sample; nil if all samples have all steps.
    package var lengths: [Int]? { sequences?.lengths }

    /// Where the steps of each sample begin among those of all, of samples whose first axis is time.
    package var steps: SequenceOffsets {
        sequences ?? SequenceOffsets(lengths: repeatElement(sampleShape[0], count: rows))
    }

    /// The number of steps of a sample that is a sequence.
    package func length(of row: Int) -> Int { sequences?.length(of: row) ?? sampleShape[0] }

    /// The indices of a sample's values in memory.
    private func values(of row: Int) -> Range<Int> {
        guard let sequences else { return row * width..<(row + 1) * width }
        let steps = sequences.steps(of: row)
        return steps.lowerBound * stepWidth..<steps.upperBound * stepWidth
    }

    /// The size in memory, in bytes.
    public var byteCount: Int {
        switch storage {
        case .bytes(let bytes): bytes.count
        case .floats(let floats): floats.count * MemoryLayout<Float>.stride
        }
    }

    /// Whether the features are bytes above 16 without a scale, on which networks learn poorly.
    public var isUnscaledBytes: Bool {
        if case .bytes = storage, scale == 1, let range = ranges.overall { return range.upperBound > 16 }
        return false
    }

    /// Calls `body` with the raw values in memory.
    public func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        switch storage {
        case .bytes(let bytes): body(UnsafeRawBufferPointer(bytes.view.pointer))
        case .floats(let floats): body(UnsafeRawBufferPointer(floats.view.pointer))
        }
    }

    /// Features from bytes in memory, [rows, sampleShape…].
    public init(bytes: AlignedBuffer<UInt8>, sampleShape: [Int], scale: Float) {
        self.init(.bytes(bytes), sampleShape: sampleShape, scale: scale, offset: 0)
        ranges = computedRanges(perFeature: false)
    }

    /// Features from floats in memory, [rows, sampleShape…].
    package init(floats: FloatBuffer, sampleShape: [Int]) {
        self.init(.floats(floats), sampleShape: sampleShape, scale: 1, offset: 0)
        ranges = computedRanges(perFeature: false)
    }

    /// Features without ranges, which are to be set.
    /// - Parameter sequences: where samples of different lengths begin in `storage`, [steps, channels]; nil if it is
    ///   [rows, sampleShape…].
    package init(
        _ storage: Storage, sampleShape: [Int], scale: Float, offset: Float, sequences: SequenceOffsets? = nil
    ) {
        let count =
            switch storage {
            case .bytes(let bytes): bytes.count
            case .floats(let floats): floats.count
            }
        (self.storage, self.sampleShape, self.scale, self.offset) = (storage, sampleShape, scale, offset)
        self.sequences = sequences
        let width = sampleShape.dropFirst(sequences == nil ? 0 : 1).reduce(1, *)
        rows = sequences?.count ?? count / width
        ranges = FeatureRanges(count: 1)
        precondition((sequences?.steps ?? rows) * width == count)
    }

    /// The ranges of the scaled values in memory.
    /// - Parameter perFeature: whether each feature has a range of its own; not for samples of different lengths.
    package func computedRanges(perFeature: Bool) -> FeatureRanges {
        precondition(sequences == nil || !perFeature)
        func scaled(_ raw: Float) -> Double { scale == 1 && offset == 0 ? Double(raw) : Double(raw * scale + offset) }
        func ranges<T: Comparable & BitwiseCopyable>(_ values: BufferView<T>, _ float: (T) -> Float) -> FeatureRanges {
            var result = FeatureRanges(count: perFeature ? width : 1)
            guard values.count > 0 else { return result }
            if !perFeature, let smallest = values.pointer.min(), let largest = values.pointer.max() {
                result.add(scaled(float(smallest)), to: 0)
                result.add(scaled(float(largest)), to: 0)
                return result
            }
            var (low, high) = (values.slice(0, width).array, values.slice(0, width).array)
            for row in 1..<rows {
                let row = values.slice(row * width, width).pointer
                for index in 0..<width {
                    low[index] = min(low[index], row[index])
                    high[index] = max(high[index], row[index])
                }
            }
            for index in 0..<width {
                result.add(scaled(float(low[index])), to: index)
                result.add(scaled(float(high[index])), to: index)
            }
            return result
        }
        switch storage {
        case .bytes(let bytes): return ranges(bytes.view) { Float($0) }
        case .floats(let floats): return ranges(floats.view) { $0 }
        }
    }

    /// The description that a child process sends to its parent, with the id of the shared memory.
    package struct Description: Codable {
        let rows: Int
        let sampleShape: [Int]
        let sequences: SequenceOffsets?
        let scale: Float
        let offset: Float
        let areBytes: Bool
        let coarseColumns: CoarseColumns?
        let ranges: FeatureRanges
        let replacements: Replacements
        /// The shared memory segment, which can be attached while the child process exists.
        let sharedMemoryID: Int32
    }

    package var description: Description {
        let (areBytes, sharedMemoryID) =
            switch storage {
            case .bytes(let bytes): (true, bytes.identifier)
            case .floats(let floats): (false, floats.identifier)
            }
        return Description(
            rows: rows, sampleShape: sampleShape, sequences: sequences, scale: scale, offset: offset,
            areBytes: areBytes, coarseColumns: coarseColumns, ranges: ranges, replacements: replacements,
            sharedMemoryID: sharedMemoryID ?? -1)
    }

    /// Attaches the features that a child process has read.
    /// - Returns: nil if the segment cannot be attached.
    package init?(_ description: Description) {
        let (shape, sequences) = (description.sampleShape, description.sequences)
        let count = (sequences?.steps ?? description.rows) * shape.dropFirst(sequences == nil ? 0 : 1).reduce(1, *)
        let attached: Storage? =
            description.areBytes
            ? AlignedBuffer(count: count, attaching: description.sharedMemoryID).map(Storage.bytes)
            : FloatBuffer(count: count, attaching: description.sharedMemoryID).map(Storage.floats)
        guard let attached else { return nil }
        self.init(
            attached, sampleShape: shape, scale: description.scale, offset: description.offset, sequences: sequences)
        (coarseColumns, ranges) = (description.coarseColumns, description.ranges)
        replacements = description.replacements
    }

    /// Gathers the scaled features of the given rows.
    /// - Parameter destination: [rows.count, width], written.
    public func gather(_ rows: ArraySlice<Int>, into destination: FloatView) { gatherAny(rows, into: destination) }

    /// Gathers the scaled features of a range of rows.
    /// - Parameter destination: [rows.count, width], written.
    public func gather(_ rows: Range<Int>, into destination: FloatView) { gatherAny(rows, into: destination) }

    /// Gathers the scaled features of sequences, with zeros after the end of each.
    /// - Parameters:
    ///   - steps: at least as many as the longest of the rows has.
    ///   - destination: [rows.count, steps, channels], written.
    package func gather(_ rows: ArraySlice<Int>, steps: Int, into destination: FloatView) {
        gatherAny(rows, width: steps * stepWidth, into: destination)
    }

    /// The same of a range of rows.
    package func gather(_ rows: Range<Int>, steps: Int, into destination: FloatView) {
        gatherAny(rows, width: steps * stepWidth, into: destination)
    }

    /// Called from this file alone, so that it is compiled for each kind of collection.
    private func gatherAny(_ rows: some Collection<Int>, into destination: FloatView) {
        gatherAny(rows, width: width, into: destination)
    }

    private func gatherAny(_ rows: some Collection<Int>, width: Int, into destination: FloatView) {
        precondition(destination.count == rows.count * width)
        var start = 0
        for row in rows {
            let values = values(of: row)
            let target = destination.slice(start, values.count)
            switch storage {
            case .bytes(let bytes): Kernels.scale(bytes.view.slice(values), by: scale, offset: offset, into: target)
            case .floats(let floats):
                Kernels.scale(floats.view.slice(values), by: scale, offset: offset, into: target)
            }
            precondition(values.count <= width)
            if values.count < width {
                destination.slice(start + values.count, width - values.count).pointer.update(repeating: 0)
            }
            start += width
        }
    }
}

extension FeatureMatrix {
    /// A part of the rows, and of each the values in another order, in shared memory.
    /// - Parameters:
    ///   - rows: nil for all.
    ///   - order: for each value of a sample, or of a step of sequences of different lengths, its former index; nil for the same
    ///     order.
    package func picking(rows selection: RowSelection?, order: [Int]?) -> FeatureMatrix {
        let picked = selection?.indices ?? Array(0..<rows)
        func pick<T>(_ source: AlignedBuffer<T>) -> AlignedBuffer<T> {
            let target = AlignedBuffer<T>(count: picked.reduce(0) { $0 + values(of: $1).count }, isShared: true)
            var start = 0
            for row in picked {
                let values = values(of: row)
                let (from, to) = (source.view.slice(values), target.view.slice(start, values.count))
                if let order {
                    for first in stride(from: 0, to: values.count, by: order.count) {
                        for place in order.indices { to[first + place] = from[first + order[place]] }
                    }
                } else {
                    to.copy(from: from)
                }
                start += values.count
            }
            return target
        }
        let storage: Storage =
            switch storage {
            case .bytes(let bytes): .bytes(pick(bytes))
            case .floats(let floats): .floats(pick(floats))
            }
        let own = sequences?.selecting(selection)
        let longest = own.map { [max(1, $0.lengths.max() ?? 0)] }
        var matrix = FeatureMatrix(
            storage, sampleShape: (longest ?? []) + sampleShape.dropFirst(longest?.count ?? 0), scale: scale,
            offset: offset, sequences: own)
        matrix.coarseColumns = coarseColumns
        return matrix
    }
}
