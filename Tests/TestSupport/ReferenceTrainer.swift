import Reference

/// Gradient descent in Double on the mean loss of a minibatch, Σ w l / Σ w with sample weights, as the update rules are written in the literature:
/// g ← mean gradient + λ w;  v ← μ v + g;  w ← w − η v, or with Nesterov's look-ahead w ← w − η (g + μ v).
package struct ReferenceTrainer: Sendable {
    package var learningRate = 0.1
    package var momentum = 0.0
    package var nesterov = false
    package var weightDecay = 0.0
    /// Whether weight decay also applies to biases.
    package var decayBiases = false
    /// A factor of each tensor's learning rate, 0 for one that is not trained.
    package var rates: [Double]

    package var network: ReferenceNetwork
    /// The momentum v, in the shapes of the network's tensors.
    package private(set) var velocity: [[Double]]

    package init(_ network: ReferenceNetwork) {
        self.network = network
        velocity = network.tensors.map { $0.map { _ in 0 } }
        rates = network.tensors.map { _ in 1 }
    }

    /// Takes one step.
    /// - Parameter weights: one for each sample, not all 0; nil: all 1.
    /// - Returns: the minibatch's mean loss before the step.
    @discardableResult
    package mutating func step(
        _ samples: [[Double]], _ targets: [ReferenceTarget], weights: [Double]? = nil
    ) -> Double {
        let weights = weights ?? samples.map { _ in 1 }
        let total = weights.reduce(0, +)
        let losses = network.losses(samples, targets)
        let loss = zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 } / total
        let gradients = network.gradients(samples, targets, shares: weights.map { $0 / total })
        let areWeights = network.areWeights
        var tensors = network.tensors
        for tensor in tensors.indices {
            let decay = areWeights[tensor] || decayBiases ? weightDecay : 0
            for index in tensors[tensor].indices {
                let g = gradients[tensor][index] + decay * tensors[tensor][index]
                let v = momentum * velocity[tensor][index] + g
                velocity[tensor][index] = v
                tensors[tensor][index] -= learningRate * rates[tensor] * (nesterov ? g + momentum * v : v)
            }
        }
        network.tensors = tensors
        return loss
    }
}
