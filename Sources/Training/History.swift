/// The figures of one finished epoch.
public struct EpochMetrics: Sendable, Equatable {
    /// Epochs finished, this one included.
    public var epoch: Int
    /// Steps taken, since the run began.
    public var step: Int
    /// Means over the epoch's samples, each taken as the step met it.
    public var trainLoss: Double
    public var trainAccuracy: Double?
    public var validationLoss: Double?
    public var validationAccuracy: Double?
    public var testLoss: Double?
    public var testAccuracy: Double?
    public var learningRate: Double

    /// What the best checkpoint is chosen by: validation where there is such a split, else test, else training.
    public var selectionLoss: Double { validationLoss ?? testLoss ?? trainLoss }

    /// The figures by the names that metrics.jsonl and /history give them.
    static let columns: [(name: String, path: WritableKeyPath<EpochMetrics, Double?> & Sendable)] = [
        ("trainLoss", \.trainLossValue), ("trainAccuracy", \.trainAccuracy),
        ("validationLoss", \.validationLoss), ("validationAccuracy", \.validationAccuracy),
        ("testLoss", \.testLoss), ("testAccuracy", \.testAccuracy),
        ("learningRate", \.learningRateValue),
    ]

    /// The figures there are, in the order of the columns.
    public var figures: [(name: String, value: Double)] {
        Self.columns.compactMap { column in self[keyPath: column.path].map { (column.name, $0) } }
    }

    /// The figures as they stand in a line of metrics.jsonl.
    var members: [(String, JSON)] {
        [("epoch", .integer(epoch)), ("step", .integer(step))] + figures.map { ($0.name, JSON.number($0.value)) }
    }

    private var trainLossValue: Double? {
        get { trainLoss }
        set { trainLoss = newValue ?? .nan }
    }

    private var learningRateValue: Double? {
        get { learningRate }
        set { learningRate = newValue ?? .nan }
    }
}

extension [EpochMetrics] {
    /// The epoch with the lowest selection loss, the earliest of equals.
    var best: EpochMetrics? { self.min { $0.selectionLoss < $1.selectionLoss } }

    /// The epochs that ended at a step or before it.
    func upTo(step: Int) -> [EpochMetrics] { Array(prefix { $0.step <= step }) }
}
