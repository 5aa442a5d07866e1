import Kernels

/// True positives, false positives and false negatives of a class, or of an output of a multi-label network. The ratios
/// equal those of scikit-learn's precision_recall_fscore_support; a ratio is nil if its divisor is 0.
package struct PredictionCounts: Sendable, Equatable {
    /// TP: predicted and true.
    package var truePositives = 0
    /// FP: predicted but not true.
    package var falsePositives = 0
    /// FN: true but not predicted.
    package var falseNegatives = 0

    /// Samples of the class: TP + FN.
    package var samples: Int { truePositives + falseNegatives }

    /// TP / (TP + FP): the share of the predictions that are correct.
    package var precision: Double? { ratio(truePositives, truePositives + falsePositives) }

    /// TP / (TP + FN): the share of the class's samples that are found.
    package var recall: Double? { ratio(truePositives, samples) }

    /// F1 = 2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall.
    package var f1Score: Double? { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

    private func ratio(_ count: Int, _ divisor: Int) -> Double? {
        divisor > 0 ? Double(count) / Double(divisor) : nil
    }

    /// Counts for each class, if every sample has one class.
    /// - Parameters:
    ///   - labels: [rows], below `classCount`.
    ///   - predictions: [rows], below `classCount`.
    /// - Returns: [classCount]
    package static func ofClasses(labels: [Int], predictions: [Int], classCount: Int) -> [PredictionCounts] {
        var counts = Array(repeating: PredictionCounts(), count: classCount)
        for (label, prediction) in zip(labels, predictions) {
            if label == prediction {
                counts[label].truePositives += 1
            } else {
                counts[label].falseNegatives += 1
                counts[prediction].falsePositives += 1
            }
        }
        return counts
    }

    /// Counts for each output of a multi-label network.
    /// - Parameters:
    ///   - labels: [rows, outputs]
    ///   - predictions: [rows, outputs]
    /// - Returns: [outputs]
    package static func ofOutputs(labels: [Bool], predictions: [Bool], outputs: Int) -> [PredictionCounts] {
        var counts = Array(repeating: PredictionCounts(), count: outputs)
        for (index, pair) in zip(labels, predictions).enumerated() {
            switch pair {
            case (true, true): counts[index % outputs].truePositives += 1
            case (false, true): counts[index % outputs].falsePositives += 1
            case (true, false): counts[index % outputs].falseNegatives += 1
            case (false, false): break
            }
        }
        return counts
    }
}

/// Unweighted means over classes or outputs: scikit-learn's average="macro" with zero_division=0.
package struct MacroAverages: Sendable, Equatable {
    /// Σ precision / classes
    package let precision: Double
    /// Σ recall / classes
    package let recall: Double
    /// Σ F1 / classes: the mean of each class's F1, not the F1 of the means.
    package let f1Score: Double

    /// Averages over the classes that occur as a label or a prediction; an undefined ratio counts as 0.
    /// - Parameter counts: one entry for each class.
    package init(ofClasses counts: [PredictionCounts]) {
        self.init(ofOutputs: counts.filter { $0.samples + $0.falsePositives > 0 })
    }

    /// Averages over all outputs; an undefined ratio counts as 0.
    /// - Parameter counts: one entry for each output.
    package init(ofOutputs counts: [PredictionCounts]) {
        func mean(_ ratio: (PredictionCounts) -> Double?) -> Double {
            counts.reduce(0) { $0 + (ratio($1) ?? 0) } / Double(counts.count)
        }
        precision = mean(\.precision)
        recall = mean(\.recall)
        f1Score = mean(\.f1Score)
    }
}

/// The number of samples of each pair of label and prediction, as scikit-learn's confusion_matrix.
package struct ConfusionMatrix: Sendable, Equatable {
    /// Sample counts [label][prediction].
    package private(set) var counts: [[Int]]

    /// Counts the pairs.
    /// - Parameters:
    ///   - labels: [rows], below `classCount`.
    ///   - predictions: [rows], below `classCount`.
    package init(labels: [Int], predictions: [Int], classCount: Int) {
        counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
        for (label, prediction) in zip(labels, predictions) { counts[label][prediction] += 1 }
    }
}

/// Exact match ratio: the share of the rows whose labels are all predicted; scikit-learn's accuracy_score for multi-label
/// data.
/// - Parameters:
///   - labels: [rows, columns]
///   - predictions: [rows, columns]
package func exactMatchAccuracy(labels: [Bool], predictions: [Bool], columns: Int) -> Double {
    let starts = stride(from: 0, to: labels.count, by: columns)
    let hits = starts.count { labels[$0..<$0 + columns] == predictions[$0..<$0 + columns] }
    return Double(hits) / Double(labels.count / columns)
}

/// Top-k accuracy: the share of the rows whose label is among the k largest outputs. Of equal outputs the first ranks
/// higher, so that k = 1 gives the accuracy; scikit-learn's top_k_accuracy_score ranks the last higher.
/// - Parameters:
///   - outputs: [rows, columns]
///   - labels: [rows], below `columns`.
package func topAccuracy(_ k: Int, outputs: FloatBuffer, columns: Int, labels: [Int]) -> Double {
    let hits = labels.enumerated().count { row, label in
        let values = outputs.view.slice(row * columns, columns)
        let larger = (0..<columns).count {
            values[$0] > values[label] || values[$0] == values[label] && $0 < label
        }
        return larger < k
    }
    return Double(hits) / Double(labels.count)
}
