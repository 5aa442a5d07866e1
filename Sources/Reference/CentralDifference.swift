extension ReferenceNetwork {
    /// The one-sided slopes of one sample's loss along one parameter: (L(w) − L(w − ε)) / ε and (L(w + ε) − L(w)) / ε.
    /// Their mean is the central difference. They differ by ε times the curvature, or by more at a kink.
    /// - Parameter tensor: index in `tensors`.
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

    /// The gradient of one sample's loss by central differences, (L(w + ε) − L(w − ε)) / 2ε for each parameter.
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

    /// The distance of an activation's or the loss's argument to the nearest kink, where there is no derivative.
    package func distanceToKink(_ sample: [Double], _ target: ReferenceTarget) -> Double {
        var distance = Double.infinity
        var x = sample
        for layer in layers {
            // z of the layer, as the outputs of a linear network of this layer alone.
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
