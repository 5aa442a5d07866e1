import Datasets
import Dispatch
import Kernels
import Layers
import Networks
import Reference
import RunSettings

/// The training objective on some samples, computed in Double by plain loops: the mean loss, weighted by sample weights
/// and with the first step's dropout masks, and the weight penalties.
struct DoubleObjective: Sendable {
    private let network: ReferenceNetwork
    private let features: [[Double]]
    private let targets: [ReferenceTarget]
    /// The part of each of a sample's targets in the mean loss: the sample's weight divided by the sum over all targets.
    private let shares: [Double]
    private let configuration: Configuration
    /// The mean loss.
    let value: Double
    /// Bound on a finite difference's rounding error: 64 units in the last place of the loss or of a logit, divided by ε.
    let rounding: Double

    /// The one-sided finite differences of the objective with respect to a parameter.
    struct Slope: Sendable {
        var below = 0.0
        var above = 0.0
        var isAtKink = false
        var central: Double { (below + above) / 2 }
        var gap: Double { abs(above - below) }
    }

    /// - Parameters:
    ///   - parameters: in the network's layout.
    ///   - rows: the minibatch's sample indices, in order.
    init(network: Network, configuration: Configuration, parameters: FloatBuffer, samples: Samples, rows: [Int]) {
        self.network = network.reference(
            parameters: parameters, rows: rows.count,
            randomness: PassRandomness(seed: configuration.seed, step: 1, firstRow: 0),
            lengths: samples.features.sequences.map { rows.map($0.length) })
        features = rows.map { row in
            let buffer = FloatBuffer(count: network.inputs)
            if samples.features.sequences != nil {
                samples.features.gather(row..<row + 1, steps: network.inputShape[0], into: buffer.view)
            } else {
                samples.features.gather(row..<row + 1, into: buffer.view)
            }
            return buffer.array.map(Double.init)
        }
        func target(_ row: Int) -> ReferenceTarget {
            switch samples.targets.view(of: row..<row + 1) {
            case .classes(let ids): .classID(Int(ids[0]))
            case .values(let values): .values(values.array.map(Double.init))
            }
        }
        targets = rows.map { row in samples.targetSteps.map { .steps($0.steps(of: row).map(target)) } ?? target(row) }
        let weights = rows.map { row in samples.weights.map { Double($0.view[row]) } ?? 1 }
        let totalWeight = samples.totalWeight(of: rows[...])
        shares = weights.map { totalWeight > 0 ? $0 / totalWeight : 0 }
        self.configuration = configuration
        value = Self.mean(self.network, features, targets, shares)
        let largest = self.network.lastOutputs(features).joined().map(abs).max() ?? 0
        rounding = 64 * max(value, largest).ulp / GradientCheck.epsilon
    }

    /// Computes the slopes for some elements of a tensor, in parallel over the elements.
    func slopes(tensor: Int, indices: [Int]) -> [Slope] {
        let (below, above) = (AlignedBuffer<Double>(count: indices.count), AlignedBuffer<Double>(count: indices.count))
        let kinks = AlignedBuffer<UInt8>(count: indices.count)
        DispatchQueue.concurrentPerform(iterations: indices.count) { item in
            let slope = slope(tensor: tensor, index: indices[item], epsilon: GradientCheck.epsilon)
            (below.view[item], above.view[item]) = (slope.below, slope.above)
            if slope.gap > 1e-4 * max(1, abs(slope.central)) + rounding {
                // With a smaller ε the gap at a kink stays, while a gap due to curvature shrinks.
                let near = self.slope(tensor: tensor, index: indices[item], epsilon: GradientCheck.epsilon / 4)
                kinks.view[item] = near.gap > slope.gap / 2 ? 1 : 0
            }
        }
        return indices.indices.map {
            Slope(below: below.view[$0], above: above.view[$0], isAtKink: kinks.view[$0] == 1)
        }
    }

    private func slope(tensor: Int, index: Int, epsilon: Double) -> Slope {
        var slope = penalty(tensor: tensor, index: index, epsilon: epsilon)
        var network = network
        let own = network.slopes(tensor: tensor, index: index, epsilon: epsilon) {
            Self.mean($0, features, targets, shares)
        }
        slope.below += own.below
        slope.above += own.above
        return slope
    }

    private static func mean(
        _ network: ReferenceNetwork, _ features: [[Double]], _ targets: [ReferenceTarget], _ shares: [Double]
    ) -> Double {
        zip(shares, network.losses(features, targets)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The slope of ½ λ w² + λ₁ |w|. Biases have no λ₁, and λ only with `decayBiases`.
    private func penalty(tensor: Int, index: Int, epsilon: Double) -> Slope {
        let (isWeight, value) = (network.areWeights[tensor], network[tensor, index])
        let decay = isWeight || configuration.decayBiases ? configuration.weightDecay : 0
        let l1 = isWeight ? configuration.l1 : 0
        func penalty(_ value: Double) -> Double { decay / 2 * value * value + l1 * abs(value) }
        return Slope(
            below: (penalty(value) - penalty(value - epsilon)) / epsilon,
            above: (penalty(value + epsilon) - penalty(value)) / epsilon)
    }
}
