import Foundation

/// What `--large-batch` makes of a configuration, so that a batch many times as large learns as much in as many epochs.
///
/// With gradient descent the rate grows with the batch (Goyal et al. 2017). Where that would be more than four times the rate
/// of a batch of 256, steps go astray, and LAMB takes its place (You et al. 2020), the layer-wise method of LARS for Adam:
/// on dense networks it ends 0.5 to 1.3 points above LARS. Its steps are shares of the weights' norms, so far fewer have to
/// go further: 0.22 / √steps, which for some epochs grows with the root of the batch, suits 30 steps as it does 7,000.
public struct LargeBatchRecipe: Sendable, Equatable {
    public let optimizer: Configuration.OptimizerName
    public let learningRate: Double
    public let warmupSteps: Int
    public let schedule: LearningRateSchedule
    public let beta2: Double
    /// Samples of one update.
    public let batchSize: Int
    /// Over which the schedule goes.
    public let steps: Int

    /// The batch that rates are said for.
    private static let baseBatch = 256
    private static let mostTimesTheBase = 4.0

    /// What the configuration says itself, other than the defaults, stays; its learning rate is taken as that of a batch of
    /// 256.
    /// - Throws: `TrainingError.settingDoesNotFit` for a schedule without an end, whose steps a resume could not know.
    init(_ configuration: Configuration, samples: Int) throws(TrainingError) {
        schedule = configuration.schedule == .constant ? .cosine(end: 0) : configuration.schedule
        guard schedule.hasEnd else {
            throw .settingDoesNotFit(
                setting: "largeBatch", of: "schedule", value: schedule.description,
                fitting: LearningRateSchedule.formsWithEnd)
        }
        batchSize = min(configuration.minibatchSize, samples)
        steps = configuration.stepsOfSchedule(samples: samples)
        let times = Double(batchSize) / Double(Self.baseBatch)
        let isFree = configuration.optimizer == .sgd && configuration.momentum == nil && !configuration.nesterov
        optimizer = isFree && times > Self.mostTimesTheBase ? .lamb : configuration.optimizer
        let base = configuration.learningRate ?? optimizer.learningRate
        let rate =
            switch optimizer {
            case .sgd: base * times
            case .lamb where configuration.learningRate == nil: 0.22 / Double(steps).squareRoot()
            default: base * times.squareRoot()
            }
        // To be read: 0.010371, not all its digits.
        let readable = Double(String(format: "%.5g", rate)) ?? rate
        learningRate = min(max(readable, Double(Float.leastNormalMagnitude)), Double(Float.greatestFiniteMagnitude))
        warmupSteps = configuration.warmupSteps > 0 ? configuration.warmupSteps : steps / 10
        // The mean of squared gradients over the last 20 steps, not 1,000: there may be no 1,000.
        beta2 = optimizer == .lamb && configuration.beta2 == Configuration().beta2 ? 0.95 : configuration.beta2
    }

    /// Writes down what was chosen, in place of the wish for it.
    func apply(to configuration: inout Configuration) {
        configuration.largeBatch = false
        (configuration.optimizer, configuration.learningRate, configuration.beta2) = (optimizer, learningRate, beta2)
        (configuration.schedule, configuration.warmupSteps) = (schedule, warmupSteps)
    }
}
