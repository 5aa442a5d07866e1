extension ReferenceNetwork {
    /// How one sample's loss rises along one parameter, on either side: (L(w) − L(w − ε)) / ε and (L(w + ε) − L(w)) / ε. Their
    /// mean is the central difference, the two are one but for ε times the curvature, unless there is a kink between.
    /// - Parameter tensor: of `tensors`.
    package mutating func slopes(
        tensor: Int, index: Int, _ sample: [Double], _ target: ReferenceTarget, epsilon: Double = 1e-6
    ) -> (below: Double, above: Double) {
        let (value, loss) = (self[tensor, index], loss(sample, target))
        defer { self[tensor, index] = value }
        self[tensor, index] = value - epsilon
        let below = (loss - self.loss(sample, target)) / epsilon
        self[tensor, index] = value + epsilon
        return (below, (self.loss(sample, target) - loss) / epsilon)
    }

    /// The gradient of one sample's loss by central differences, (L(w + ε) − L(w − ε)) / 2ε for each parameter: what
    /// the analytic gradient is held against.
    package func centralDifferences(
        _ sample: [Double], _ target: ReferenceTarget, epsilon: Double = 1e-6
    ) -> [[Double]] {
        var network = self
        return tensors.enumerated().map { tensor, values in
            values.indices.map { index in
                let slopes = network.slopes(tensor: tensor, index: index, sample, target, epsilon: epsilon)
                return (slopes.below + slopes.above) / 2
            }
        }
    }

    /// How near the sample brings an activation, or the loss, to a kink, where it has no derivative.
    package func distanceToKink(_ sample: [Double], _ target: ReferenceTarget) -> Double {
        var distance = Double.infinity
        var x = sample
        for layer in layers {
            // The layer alone, linear: its z.
            var linear = ReferenceNetwork(
                inputs: layer.inputs, hiddenWidths: [], outputs: layer.outputs, activation: .identity,
                outputActivation: .identity, loss: loss)
            linear.tensors = [layer.weight, layer.bias]
            let z = linear.outputs(x)
            if !layer.activation.isSmooth { distance = min(distance, z.map(abs).min() ?? distance) }
            x = layer.activation.apply(z)
        }
        return min(distance, loss.distanceToKink(x, target, lossOptions))
    }
}

extension ReferenceLoss {
    fileprivate func distanceToKink(_ y: [Double], _ target: ReferenceTarget, _ options: Options) -> Double {
        switch (self, target) {
        case (.meanAbsoluteError, .values(let t)):
            return zip(y, t).map { abs($0 - $1) }.min() ?? .infinity
        case (.huber, .values(let t)):
            return zip(y, t).map { abs(abs($0 - $1) - options.huberDelta) }.min() ?? .infinity
        case (.hinge, .values(let t)):
            return zip(y, t).map { abs(1 - ($1 >= 0.5 ? $0 : -$0)) }.min() ?? .infinity
        case (.hinge, .classID(let label)):
            return y.indices.filter { $0 != label }.map { abs(1 + y[$0] - y[label]) }.min() ?? .infinity
        case (.perceptron, _): return y.map(abs).min() ?? .infinity
        default: return .infinity
        }
    }
}
