import DurableFiles
import Splits

/// The losses and accuracies of one finished epoch.
package struct EpochMetrics: Sendable, Equatable {
    /// The epoch, counted from 1.
    package var epoch: Int
    /// Steps taken since the beginning of the run.
    package var step: Int
    /// Mean loss over the epoch's samples, each computed with the parameters before its step.
    package var trainLoss: Double
    package var trainAccuracy: Double?
    package var validationLoss: Double?
    package var validationAccuracy: Double?
    package var testLoss: Double?
    package var testAccuracy: Double?
    package var learningRate: Double

    package init(epoch: Int, step: Int, trainLoss: Double, learningRate: Double) {
        (self.epoch, self.step, self.trainLoss, self.learningRate) = (epoch, step, trainLoss, learningRate)
    }

    /// The split whose loss selects the best checkpoint: validation, or else test, or else training data.
    package var selectionSplit: SplitName { validationLoss != nil ? .validation : testLoss != nil ? .test : .train }

    /// The loss and accuracy on that split.
    package var selectionLoss: Double { validationLoss ?? testLoss ?? trainLoss }
    package var selectionAccuracy: Double? {
        switch selectionSplit {
        case .train: trainAccuracy
        case .validation: validationAccuracy
        case .test: testAccuracy
        }
    }

    struct Column: Sendable {
        /// The key in metrics.jsonl and the dataset's name in /history.
        let name: String
        let value: @Sendable (EpochMetrics) -> Double?
        let set: @Sendable (inout EpochMetrics, Double) -> Void
    }

    static let columns = [
        Column(name: "trainLoss", value: { $0.trainLoss }, set: { $0.trainLoss = $1 }),
        Column(name: "trainAccuracy", value: { $0.trainAccuracy }, set: { $0.trainAccuracy = $1 }),
        Column(name: "validationLoss", value: { $0.validationLoss }, set: { $0.validationLoss = $1 }),
        Column(name: "validationAccuracy", value: { $0.validationAccuracy }, set: { $0.validationAccuracy = $1 }),
        Column(name: "testLoss", value: { $0.testLoss }, set: { $0.testLoss = $1 }),
        Column(name: "testAccuracy", value: { $0.testAccuracy }, set: { $0.testAccuracy = $1 }),
        Column(name: "learningRate", value: { $0.learningRate }, set: { $0.learningRate = $1 }),
    ]

    /// All available metrics, in the order of the columns.
    package var figures: [(name: String, value: Double)] {
        Self.columns.compactMap { column in column.value(self).map { (column.name, $0) } }
    }

    /// The members of an epoch's line in metrics.jsonl.
    package var members: [(String, JSON)] {
        [("epoch", .integer(epoch)), ("step", .integer(step))] + figures.map { ($0.name, JSON.number($0.value)) }
    }
}

extension [EpochMetrics] {
    /// The epoch with the lowest selection loss; the earliest one, if several are equal.
    package var best: EpochMetrics? { self.min { $0.selectionLoss < $1.selectionLoss } }

    /// Whether `patience` epochs have passed since the best one (early stopping; Prechelt 1998).
    func hasExhausted(patience: Int?) -> Bool {
        guard let patience, let best, let last else { return false }
        return last.epoch - best.epoch >= patience
    }

    /// The epochs that ended at `step` or before it.
    func prefix(throughStep step: Int) -> [EpochMetrics] { Array(prefix { $0.step <= step }) }
}
