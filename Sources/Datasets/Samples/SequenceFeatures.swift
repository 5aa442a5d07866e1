/// Features whose samples are sequences of different lengths. The rows of another source are their steps, one sample after
/// another: so statistics are taken, and values converted, of steps.
package struct SequenceFeatures: FeatureSource {
    package let description: FeatureDescription
    private let steps: any FeatureSource
    private let sequences: SequenceOffsets

    /// - Parameter lengthsName: the path of the dataset that says the lengths.
    package init(_ steps: any FeatureSource, _ sequences: SequenceOffsets, lengthsName: String) {
        precondition(steps.description.rows == sequences.steps)
        (self.steps, self.sequences) = (steps, sequences)
        description = steps.description.ofSequences(sequences, lengthsName: lengthsName)
    }

    package func statistics(
        of rows: RowSelection?, scale: Double, offset: Double, allowsMissing: Bool
    ) throws -> FeatureStatistics {
        var statistics = try steps.statistics(
            of: sequences.steps(of: rows), scale: scale, offset: offset, allowsMissing: allowsMissing)
        statistics.mergeIncompleteRows(sequences.sequence)
        return statistics
    }

    package func medians(of features: [Int], rows: RowSelection?, scale: Double, offset: Double) throws -> [Double] {
        try steps.medians(of: features, rows: sequences.steps(of: rows), scale: scale, offset: offset)
    }

    package func distinctCounts(limit: Int) throws -> [Int?] { try steps.distinctCounts(limit: limit) }

    /// - Parameter transform: of a step's values.
    package func matrix(_ transform: FeatureTransform, rows: RowSelection?) throws -> FeatureMatrix {
        try steps.matrix(transform, rows: sequences.steps(of: rows)).asSteps(of: sequences.selecting(rows))
    }
}

/// The lengths of samples that are sequences.
package struct SequenceSummary: Codable, Sendable, Equatable {
    /// The path of the dataset that says the lengths.
    package let dataset: String
    package let shortest: Int
    package let longest: Int
    /// The number of all steps.
    package let steps: Int
    /// The number of sequences without a step.
    package let empty: Int

    package init(_ sequences: SequenceOffsets, dataset: String) {
        let lengths = sequences.lengths
        self.dataset = dataset
        (shortest, longest) = (lengths.min() ?? 0, lengths.max() ?? 0)
        (steps, empty) = (sequences.steps, lengths.count { $0 == 0 })
    }
}

extension FeatureDescription {
    /// The description of sequences whose steps this describes.
    func ofSequences(_ sequences: SequenceOffsets, lengthsName: String) -> FeatureDescription {
        let summary = SequenceSummary(sequences, dataset: lengthsName)
        var description = FeatureDescription(
            file: file, dataset: dataset, rows: sequences.count, sampleShape: [max(1, summary.longest), width],
            elementType: elementType, scale: scale, offset: offset, axes: SampleAxes.sequence.rawValue, names: names,
            categories: categories, missing: missing, isTable: false)
        (description.unknownAxes, description.vocabulary) = (unknownAxes, vocabulary)
        description.sequences = summary
        return description
    }

    /// The description of the steps of sequences of any length.
    /// - Parameter width: the number of values of a step, for samples [time] and [time, channels] of equal length.
    /// - Returns: nil for samples that are no sequences of such steps.
    func ofSteps(width: Int) -> FeatureDescription? {
        let isSequence = sampleShape.count == 2 ? sampleShape[1] == width : sampleShape.count == 1 && width == 1
        guard isSequence else { return nil }
        var steps = self
        (steps.sampleShape, steps.axes, steps.sequences) = ([width], nil, nil)
        if names?.count != width { steps.names = nil }
        return steps
    }
}

extension FeatureMatrix {
    /// The same sequences with offsets, if they are all as long, but not as those of a network, which pads them then.
    /// - Parameter steps: of the network's sequences.
    package func fitting(steps: Int) -> FeatureMatrix {
        guard sequences == nil, sampleShape[0] != steps else { return self }
        let offsets = SequenceOffsets(lengths: Array(repeating: sampleShape[0], count: rows))
        var matrix = FeatureMatrix(
            storage, sampleShape: sampleShape, scale: scale, offset: offset, sequences: offsets)
        (matrix.coarseColumns, matrix.replacements, matrix.ranges) = (coarseColumns, replacements, ranges)
        return matrix
    }

    /// The samples whose steps are the rows of this matrix. Sequences that are all as long need no offsets.
    func asSteps(of sequences: SequenceOffsets) -> FeatureMatrix {
        precondition(sequences.steps == rows)
        let longest = max(1, sequences.lengths.max() ?? 0)
        var matrix = FeatureMatrix(
            storage, sampleShape: [longest, width], scale: scale, offset: offset,
            sequences: sequences.steps == longest * sequences.count ? nil : sequences)
        (matrix.coarseColumns, matrix.replacements) = (coarseColumns, replacements)
        if let range = ranges.overall {
            matrix.ranges = FeatureRanges(smallest: [range.lowerBound], largest: [range.upperBound])
        }
        return matrix
    }
}
