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

    /// How near the sample brings a relu to its kink, where it has no derivative.
    public func distanceToKink(_ sample: [Double]) -> Double {
        var distance = Double.infinity
        var x = sample
        for layer in layers {
            // The layer alone, linear: its z.
            var linear = ReferenceNetwork(
                inputs: layer.inputs, hiddenWidths: [], outputs: layer.outputs, activation: .identity,
                outputActivation: .identity, loss: loss)
            linear.tensors = [layer.weight, layer.bias]
            let z = linear.outputs(x)
            if layer.activation == .relu { distance = min(distance, z.map(abs).min() ?? distance) }
            x = layer.activation.apply(z)
        }
        return distance
    }
}
