extension ReferenceNetwork {
    /// The one-sided slopes of a function of the network along one parameter: (L(w) − L(w − ε)) / ε and
    /// (L(w + ε) − L(w)) / ε. Their mean is the central difference. They differ by ε times the curvature, or by more at a
    /// kink.
    /// - Parameter tensor: index in `tensors`.
    package mutating func slopes(
        tensor: Int, index: Int, epsilon: Double = 1e-6, of loss: (ReferenceNetwork) -> Double
    ) -> (below: Double, above: Double) {
        let (value, unmoved) = (self[tensor, index], loss(self))
        defer { self[tensor, index] = value }
        self[tensor, index] = value - epsilon
        let below = (unmoved - loss(self)) / epsilon
        self[tensor, index] = value + epsilon
        return (below, (loss(self) - unmoved) / epsilon)
    }

    /// The gradient of a function of the network by central differences, (L(w + ε) − L(w − ε)) / 2ε for each parameter.
    package func centralDifferences(of loss: (ReferenceNetwork) -> Double) -> [[Double]] {
        var network = self
        return tensors.enumerated().map { tensor, values in
            values.indices.map { index in
                let slopes = network.slopes(tensor: tensor, index: index, of: loss)
                return (slopes.below + slopes.above) / 2
            }
        }
    }
}

extension ReferenceLoss {
    /// The distance of the loss's argument to its nearest kink.
    func distanceToKink(_ y: [Double], _ target: ReferenceTarget, _ options: Options) -> Double {
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
