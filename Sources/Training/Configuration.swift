import Datasets
import Networks

/// All that a user can say about a run. Where `nil` means "choose for me", resolution writes down what was chosen.
public struct Configuration: Sendable, Equatable {
    // What the trained bits depend on.
    public var layers = [512, 256]
    public var activation = Activation.relu
    public var outputActivation: Activation?
    public var loss: Loss?
    public var initializer: Initializer?
    public var optimizer = OptimizerName.sgd
    public var batchSize = 256
    public var shards: Int?
    public var learningRate = 0.1
    public var momentum = 0.9
    public var nesterov = false
    public var weightDecay = 1e-4
    public var decayBiases = false
    public var shuffle = Sampler.Shuffle.full
    public var seed: UInt64 = 0
    public var featureScale: Double?

    // How long and on what.
    public var epochs = 10
    public var maxSteps: Int?
    public var data = ""
    public var features: String?
    public var labels: String?
    public var validationFeatures: String?
    public var validationLabels: String?
    public var testFeatures: String?
    public var testLabels: String?
    public var initialWeights: String?

    // How the run goes about it; the bits do not depend on these.
    public var workers: Int?
    public var checkpointEvery: CheckpointCadence?
    public var keep = 3

    public init() {}

    public enum OptimizerName: String, Sendable, CaseIterable {
        case sgd
    }

    /// Shards of a full minibatch: as given, or a function of batch size and parameter count alone.
    ///
    /// Each shard costs a gradient slab, written and read once a step, so a shard should have rows enough to be worth
    /// it: 64, and some ten million floating-point operations.
    public func shardCount(parameterCount: Int) -> Int {
        if let shards { return shards }
        let operations = 6 * parameterCount * batchSize
        return max(1, min(batchSize / 64, operations / 10_000_000, 16))
    }

    func makeOptimizer() -> any Optimizer {
        switch optimizer {
        case .sgd:
            SGD(
                learningRate: Float(learningRate), momentum: Float(momentum), nesterov: nesterov,
                weightDecay: Float(weightDecay), decayBiases: decayBiases)
        }
    }
}

/// When checkpoints are saved, beside the first and the last of a run.
public enum CheckpointCadence: Sendable, Equatable, CustomStringConvertible {
    case steps(Int)
    case epochs(Int)

    /// `500`, `1epoch`, `5epochs`
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), count >= 1 else { return nil }
        switch text.dropFirst(digits.count) {
        case "", "step", "steps": self = .steps(count)
        case "epoch", "epochs": self = .epochs(count)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .steps(let count): "\(count)"
        case .epochs(let count): count == 1 ? "1epoch" : "\(count)epochs"
        }
    }

    /// Every so many epochs that a thousand steps or more lie between: short epochs would otherwise make more
    /// checkpoints than progress.
    static func suited(toStepsPerEpoch steps: Int) -> CheckpointCadence {
        .epochs((1000 + steps - 1) / max(steps, 1))
    }

    func isDue(_ progress: TrainingProgress) -> Bool {
        switch self {
        case .steps(let count): progress.step % count == 0
        case .epochs(let count): progress.isAtEpochStart && progress.position.epoch % count == 0
        }
    }
}
