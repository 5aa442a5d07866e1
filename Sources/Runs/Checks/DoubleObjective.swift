import Datasets
import Dispatch
import Kernels
import Networks
import Reference
import RunSettings

/// What training minimises, for some samples, by plain loops in Double: the mean loss, with the first step's dropout masks, and
/// the weights' penalties.
struct DoubleObjective: Sendable {
    private let networks: [ReferenceNetwork]
    private let features: [[Double]]
    private let targets: [ReferenceTarget]
    private let configuration: Configuration
    /// The mean loss.
    let value: Double
    /// What roundings of the loss and of what it is computed from, some 64 units in the last place, make of a difference over ε.
    let rounding: Double

    /// How the objective rises on either side of a parameter.
    struct Slope: Sendable {
        var below = 0.0
        var above = 0.0
        var isAtKink = false
        var central: Double { (below + above) / 2 }
        var gap: Double { abs(above - below) }
    }

    /// - Parameters:
    ///   - parameters: in the network's layout.
    ///   - rows: of the samples, in the order of the minibatch.
    init(network: Network, configuration: Configuration, parameters: FloatBuffer, samples: Samples, rows: [Int]) {
        let reference = network.reference(parameters: parameters)
        let randomness = PassRandomness(seed: configuration.seed, step: 1, firstRow: 0)
        networks = rows.indices.map { row in
            var own = reference
            if configuration.dropout > 0 { own.outputFactors = network.outputFactors(row: row, randomness) }
            return own
        }
        let width = samples.features.width
        features = rows.map { row in
            let buffer = FloatBuffer(count: width)
            samples.features.gather(row..<row + 1, into: buffer.view)
            return buffer.view.array.map(Double.init)
        }
        targets = rows.map { row in
            switch samples.targets.view(of: row..<row + 1) {
            case .classes(let ids): .classID(Int(ids[0]))
            case .values(let values): .values(values.array.map(Double.init))
            }
        }
        self.configuration = configuration
        var (sum, largest) = (0.0, 0.0)
        for (row, network) in networks.enumerated() {
            sum += network.loss(features[row], targets[row])
            largest = network.logits(features[row]).map(abs).reduce(largest, max)
        }
        value = sum / Double(rows.count)
        rounding = 64 * max(value, largest).ulp / GradientCheck.epsilon
    }

    /// The slopes along some elements of a tensor. Each element is one core's, and takes the samples in their order.
    func slopes(tensor: Int, indices: [Int]) -> [Slope] {
        let (below, above) = (AlignedBuffer<Double>(count: indices.count), AlignedBuffer<Double>(count: indices.count))
        let kinks = AlignedBuffer<UInt8>(count: indices.count)
        DispatchQueue.concurrentPerform(iterations: indices.count) { number in
            let slope = slope(tensor: tensor, index: indices[number], epsilon: GradientCheck.epsilon)
            (below.view[number], above.view[number]) = (slope.below, slope.above)
            if slope.gap > 1e-4 * max(1, abs(slope.central)) + rounding {
                // Nearer by, the gap of a kink stays; what curvature makes shrinks, and so does nothing but rounding.
                let near = self.slope(tensor: tensor, index: indices[number], epsilon: GradientCheck.epsilon / 4)
                kinks.view[number] = near.gap > slope.gap / 2 ? 1 : 0
            }
        }
        return indices.indices.map {
            Slope(below: below.view[$0], above: above.view[$0], isAtKink: kinks.view[$0] == 1)
        }
    }

    private func slope(tensor: Int, index: Int, epsilon: Double) -> Slope {
        var slope = penalty(tensor: tensor, index: index, epsilon: epsilon)
        for (row, var network) in networks.enumerated() {
            let own = network.slopes(
                tensor: tensor, index: index, features[row], targets[row], epsilon: epsilon)
            slope.below += own.below / Double(networks.count)
            slope.above += own.above / Double(networks.count)
        }
        return slope
    }

    /// Of ½ λ w² + λ₁ |w|; biases have the first where they decay, too.
    private func penalty(tensor: Int, index: Int, epsilon: Double) -> Slope {
        let (isWeight, value) = (ReferenceNetwork.isWeight(tensor: tensor), networks[0][tensor, index])
        let decay = isWeight || configuration.decayBiases ? configuration.weightDecay : 0
        let l1 = isWeight ? configuration.l1 : 0
        func penalty(_ value: Double) -> Double { decay / 2 * value * value + l1 * abs(value) }
        return Slope(
            below: (penalty(value) - penalty(value - epsilon)) / epsilon,
            above: (penalty(value + epsilon) - penalty(value)) / epsilon)
    }
}
