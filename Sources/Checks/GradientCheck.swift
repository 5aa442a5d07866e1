import Datasets
import Kernels
import Minibatches
import Models
import Networks
import Optimizers
import RunSettings
import Stepping

/// Compares a network's gradients with finite differences of its objective: the mean loss of some samples plus the
/// penalties ½ λ ‖w‖² + λ₁ Σ |w|.
///
/// The gradients come from a real training step of gradient descent with learning rate 1: they are the difference of the
/// parameters before and after it. `DoubleObjective` computes the objective, with the same parameters and dropout masks.
package struct GradientCheck: Sendable {
    /// The result for one tensor.
    package struct Tensor: Sendable {
        /// Layer and tensor: `dense1/weight`.
        package let name: String
        package let shape: [Int]
        /// The number of elements that were compared.
        package let comparedCount: Int
        /// The number of elements that were skipped, because the objective has a kink there, and so no gradient.
        package let kinkCount: Int
        /// The element with the largest error relative to its tolerance; nil if none was compared.
        package let worst: Element?
    }

    package struct Element: Sendable {
        /// The row-major index in the tensor.
        package let index: Int
        package let gradient: Double
        /// The central difference (L(w + ε) − L(w − ε)) / 2ε.
        package let difference: Double
        /// The permitted error: 10⁻³ of the difference, plus 10⁻⁵ of the tensor's largest difference (at least 10⁻⁵), plus
        /// the rounding error of the objective divided by ε.
        package let tolerance: Double

        package var error: Double { abs(gradient - difference) }
        package var agrees: Bool { error <= tolerance }
        /// The error divided by the tolerance; infinite if the gradient is NaN.
        fileprivate var excess: Double { error.isNaN ? .infinity : error / tolerance }
    }

    package let tensors: [Tensor]
    package let sampleCount: Int

    /// The tensor whose `worst` element has the largest error relative to its tolerance.
    package var worst: Tensor? {
        tensors.max { $0.worst?.excess ?? -1 < $1.worst?.excess ?? -1 }
    }

    package var agrees: Bool { tensors.allSatisfy { $0.worst?.agrees ?? true } }

    /// The step of the finite differences.
    package static let epsilon = 1e-6

    /// - Parameters:
    ///   - samples: the training split; its first `sampleCount` samples in the order of the first epoch are used.
    ///   - parameters: in the network's layout; nil for initial parameters.
    ///   - elementCount: the number of elements to compare in each tensor, evenly spaced.
    /// - Throws: `DivergenceError.noGradient` if the objective is not finite; `KernelError`.
    package init(
        _ model: Model, _ samples: Samples, parameters: FloatBuffer? = nil, sampleCount: Int = 8, elementCount: Int = 25
    ) throws {
        let network = try model.networkToCheck()
        // One group, as the objective normalises all samples together.
        let rows = min(sampleCount, samples.count, network.mostRowsOfMeetings ?? sampleCount)
        let configuration = model.configuration.forGradients(rows: rows)
        let before = parameters ?? network.initialParametersOffKinks(seed: configuration.seed)
        let trained = before.copy()
        let trainer = try Trainer(
            network: network, samples: samples,
            recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: 1,
            parameters: trained)
        do {
            try trainer.step()
        } catch DivergenceError.diverged {
            throw DivergenceError.noGradient
        }

        let order = Sampler(sampleCount: samples.count, shuffle: configuration.shuffle, seed: configuration.seed)
            .order(ofEpoch: 0).prefix(rows)
        let objective = DoubleObjective(
            network: network, configuration: configuration, parameters: before, samples: samples, rows: Array(order))
        self.sampleCount = rows
        tensors = network.layout.tensors.enumerated().map { tensorIndex, tensor in
            let count = min(elementCount, tensor.count)
            let indices = (0..<count).map { $0 * tensor.count / count }
            let slopes = objective.slopes(tensor: tensorIndex, indices: indices)
            let largest = slopes.map { abs($0.central) }.max() ?? 0
            let elements = zip(indices, slopes).filter { !$1.isAtKink }.map { index, slope in
                let parameter = tensor.offset + index
                return Element(
                    index: index, gradient: Double(before.view[parameter]) - Double(trained.view[parameter]),
                    difference: slope.central,
                    tolerance: 1e-5 * max(1, largest) + 1e-3 * abs(slope.central) + objective.rounding)
            }
            return Tensor(
                name: "\(tensor.layer)/\(tensor.name)", shape: tensor.shape, comparedCount: elements.count,
                kinkCount: count - elements.count, worst: elements.max { $0.excess < $1.excess })
        }
    }
}

extension Configuration {
    /// The same objective with one step of plain gradient descent at learning rate 1.
    fileprivate func forGradients(rows: Int) -> Configuration {
        var configuration = self
        (configuration.batchSize, configuration.accumulate) = (rows, 1)
        (configuration.optimizer, configuration.learningRate, configuration.momentum) = (.sgd, 1, 0)
        (configuration.schedule, configuration.warmupSteps, configuration.nesterov) = (.constant, 0, false)
        (configuration.clipNorm, configuration.clipValue, configuration.maxNorm) = (nil, nil, nil)
        (configuration.movingAverage, configuration.augment) = (nil, [])
        // Decoupled decay is not part of the gradient.
        (configuration.weightDecay, configuration.decoupledDecay) = (isDecayDecoupled ? 0 : weightDecay, false)
        return configuration
    }
}

extension Model {
    /// The same network in fp32, since the rounding of bf16 would hide wrong gradients, with all its layers trained at the
    /// same rate.
    fileprivate func networkToCheck() throws -> Network {
        var configuration = configuration
        configuration.precision = .fp32
        return try Model(configuration: configuration, loss: network.objective.loss, schema: schema).network
            .trainedAlike
    }
}

extension Network {
    /// Initial parameters with small random biases: with biases of 0, a sample of zeros is at the kink of relu.
    fileprivate func initialParametersOffKinks(seed: UInt64) -> FloatBuffer {
        let parameters = initialParameters(seed: seed)
        for (index, tensor) in layout.tensors.enumerated() where !tensor.isWeight {
            let random = Philox(seed: seed, purpose: .gradientCheck, stream: UInt32(index))
            for element in 0..<tensor.count {
                parameters.view[tensor.offset + element] += Float(0.2 * random.uniform(UInt64(element)) - 0.1)
            }
        }
        return parameters
    }
}
