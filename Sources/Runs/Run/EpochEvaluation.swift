import Datasets
import Kernels
import Models
import Optimizers
import Stepping

extension TrainingData {
    /// Evaluates the validation and test splits after the last step of an epoch.
    /// - Parameter advance: called from time to time with the share of a split that is done.
    /// - Throws: `DivergenceError.diverged` when a metric is not finite, `Interrupted` when a stop is requested.
    func epochMetrics(
        of trainer: Trainer, _ inference: Inference, advance: (Double) -> Void = { _ in }
    ) throws -> EpochMetrics {
        func evaluate(_ samples: Samples) throws -> (loss: Double, accuracy: Double?) {
            let sum = try inference.evaluate(
                samples, parameters: trainer.store.networkParameters, advance: advance)
            return (sum.loss / samples.totalWeight, model.accuracy(sum, on: samples))
        }
        var metrics = model.trainingMetrics(of: trainer, on: train)
        if let validation { (metrics.validationLoss, metrics.validationAccuracy) = try evaluate(validation) }
        if let test { (metrics.testLoss, metrics.testAccuracy) = try evaluate(test) }
        guard metrics.figures.allSatisfy(\.value.isFinite) else {
            throw DivergenceError.diverged(step: metrics.step, layer: nil, learningRate: trainer.learningRate)
        }
        return metrics
    }
}

extension Model {
    /// The training loss and accuracy of the epoch that a trainer's last step ended.
    /// - Parameter samples: the training split.
    package func trainingMetrics(of trainer: Trainer, on samples: Samples) -> EpochMetrics {
        let (progress, sum) = (trainer.progress, trainer.progress.epochSum)
        var metrics = EpochMetrics(
            epoch: progress.position.epoch, step: progress.step, trainLoss: sum.loss / samples.totalWeight,
            learningRate: trainer.learningRate)
        metrics.trainAccuracy = accuracy(sum, on: samples)
        return metrics
    }
}
