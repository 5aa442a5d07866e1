extension ReferenceNetwork {
    /// The gradient of one sample's loss by central differences, (L(w + ε) − L(w − ε)) / 2ε for each parameter: what
    /// the analytic gradient is held against.
    public func centralDifferences(
        _ sample: [Double], _ target: ReferenceTarget, epsilon: Double = 1e-6
    ) -> [[Double]] {
        tensors.indices.map { tensor in
            tensors[tensor].indices.map { index in
                func loss(_ shift: Double) -> Double {
                    var moved = self
                    var tensors = moved.tensors
                    tensors[tensor][index] += shift
                    moved.tensors = tensors
                    return moved.loss(sample, target)
                }
                return (loss(epsilon) - loss(-epsilon)) / (2 * epsilon)
            }
        }
    }

    /// How near the sample brings an activation, or the loss, to a kink, where it has no derivative.
    public func distanceToKink(_ sample: [Double], _ target: ReferenceTarget) -> Double {
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
