import Datasets
import Kernels
import Networks
import Optimizers
import RunSettings
import Stepping

/// Holds a network's gradients against finite differences of its objective, the mean loss of some samples plus
/// ½ λ ‖w‖² + λ₁ Σ |w| as far as they are asked for.
///
/// The gradients are what a training step makes: one of gradient descent at rate 1, so that they are the difference of the
/// parameters before and after it. The objective is computed in Double by plain loops, with the same parameters and, where
/// there is dropout, the same masks.
package struct GradientCheck: Sendable {
    /// What came of a tensor.
    package struct Tensor: Sendable {
        /// `dense1/weight`
        package let name: String
        package let shape: [Int]
        /// How many of its numbers were compared.
        package let checked: Int
        /// How many more were met at a kink, where there is no gradient.
        package let kinks: Int
        /// The element that is farthest off for its tolerance; nil where none was compared.
        package let worst: Element?
    }

    package struct Element: Sendable {
        /// In the tensor, row-major.
        package let index: Int
        package let gradient: Double
        /// (L(w + ε) − L(w − ε)) / 2ε
        package let difference: Double
        /// What they may differ by: 10⁻³ of the difference; 10⁻⁵ of the tensor's largest, or 10⁻⁵ where that is below 1; and
        /// what the objective rounds by, over ε.
        package let tolerance: Double

        package var error: Double { abs(gradient - difference) }
        package var agrees: Bool { error <= tolerance }
        /// In units of what it may be; infinite for a gradient that is no number.
        fileprivate var excess: Double { error.isNaN ? .infinity : error / tolerance }
    }

    package let tensors: [Tensor]
    package let sampleCount: Int

    /// The tensor with the element that is farthest off for its tolerance.
    package var worst: Tensor? {
        tensors.max { $0.worst?.excess ?? -1 < $1.worst?.excess ?? -1 }
    }

    package var agrees: Bool { tensors.allSatisfy { $0.worst?.agrees ?? true } }

    package static let epsilon = 1e-6

    /// - Parameters:
    ///   - samples: the first `sampleCount` of the first epoch are taken.
    ///   - parameters: in the network's layout; initial ones, unless they are given.
    ///   - elementCount: of each tensor that are compared, spread over it evenly.
    /// - Throws: `DivergenceError.noGradient` where the objective is not finite; `KernelError`.
    package init(
        _ model: Model, _ samples: Samples, parameters: FloatBuffer? = nil, sampleCount: Int = 8, elementCount: Int = 25
    ) throws {
        let configuration = model.configuration.forGradients(rows: min(sampleCount, samples.count))
        let network = try model.networkInFullPrecision()
        let before = parameters ?? network.initialParametersOffKinks(seed: configuration.seed)
        let trained = before.copy()
        let trainer = Trainer(
            network: network, samples: samples,
            recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: 1,
            parameters: trained)
        do {
            try trainer.step()
        } catch DivergenceError.diverged {
            throw DivergenceError.noGradient
        }

        let rows = Sampler(sampleCount: samples.count, shuffle: configuration.shuffle, seed: configuration.seed)
            .order(ofEpoch: 0).prefix(configuration.batchSize)
        let objective = DoubleObjective(
            network: network, configuration: configuration, parameters: before, samples: samples, rows: Array(rows))
        self.sampleCount = rows.count
        tensors = network.layout.tensors.enumerated().map { number, tensor in
            let count = min(elementCount, tensor.count)
            let indices = (0..<count).map { $0 * tensor.count / count }
            let slopes = objective.slopes(tensor: number, indices: indices)
            let largest = slopes.map { abs($0.central) }.max() ?? 0
            let elements = zip(indices, slopes).filter { !$1.isAtKink }.map { index, slope in
                let parameter = tensor.offset + index
                return Element(
                    index: index, gradient: Double(before.view[parameter]) - Double(trained.view[parameter]),
                    difference: slope.central,
                    tolerance: 1e-5 * max(1, largest) + 1e-3 * abs(slope.central) + objective.rounding)
            }
            return Tensor(
                name: "\(tensor.layer)/\(tensor.name)", shape: tensor.shape, checked: elements.count,
                kinks: count - elements.count, worst: elements.max { $0.excess < $1.excess })
        }
    }
}

extension Configuration {
    /// The same objective, minimised by one step of plain gradient descent at rate 1.
    fileprivate func forGradients(rows: Int) -> Configuration {
        var configuration = self
        (configuration.batchSize, configuration.accumulate) = (rows, 1)
        (configuration.optimizer, configuration.learningRate, configuration.momentum) = (.sgd, 1, 0)
        (configuration.schedule, configuration.warmupSteps, configuration.nesterov) = (.constant, 0, false)
        (configuration.clipNorm, configuration.clipValue, configuration.maxNorm) = (nil, nil, nil)
        configuration.movingAverage = nil
        // Beside the gradient, not of it.
        (configuration.weightDecay, configuration.decoupledDecay) = (isDecayDecoupled ? 0 : weightDecay, false)
        return configuration
    }
}

extension Model {
    /// bf16 rounds by more than what tells right from wrong.
    fileprivate func networkInFullPrecision() throws -> Network {
        var configuration = configuration
        configuration.precision = .fp32
        let objective = network.objective
        return try Model(
            configuration: configuration, loss: objective.loss, inputShape: inputShape, encoding: encoding,
            correctness: objective.correctness, classNames: classNames
        ).network
    }
}

extension Network {
    /// Biases of 0 put samples of zeros, as XOR has one, at the kinks of relu and others.
    fileprivate func initialParametersOffKinks(seed: UInt64) -> FloatBuffer {
        let parameters = initialParameters(seed: seed)
        for (number, tensor) in layout.tensors.enumerated() where !tensor.isWeight {
            let random = Philox(seed: seed, purpose: .gradientCheck, stream: UInt32(number))
            for index in 0..<tensor.count {
                parameters.view[tensor.offset + index] += Float(0.2 * random.uniform(UInt64(index)) - 0.1)
            }
        }
        return parameters
    }
}
