/// A value of a network for a whole minibatch: one row of elements for each sample.
package typealias ReferenceRows = [[Double]]

/// A layer in Double, by one plain loop for each formula: what tests and `gradcheck` hold a layer's kernels against.
package protocol ReferenceLayer: Sendable {
    /// Its parameters, each row-major, in the order of the layer's tensors.
    var tensors: [[Double]] { get set }
    /// For each of `tensors`, whether it is a weight, to which weight decay applies.
    var areWeights: [Bool] { get }
    /// The steps of each row of its input, if it reads sequences that have not all steps; empty otherwise.
    var lengths: [Int] { get set }
    /// - Parameter inputs: for each input, the rows of the whole minibatch.
    func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows
    /// ∂L/∂input of each input, and ∂L/∂tensor of each tensor.
    /// - Parameter gradient: ∂L/∂output.
    func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]])
    /// The distance of an argument to the nearest kink, where there is no derivative; infinite without kinks.
    func distanceToKink(_ inputs: [ReferenceRows]) -> Double
}

extension ReferenceLayer {
    package var tensors: [[Double]] {
        get { [] }
        set { precondition(newValue.isEmpty, "a layer without parameters") }
    }
    package var areWeights: [Bool] { [] }
    package var lengths: [Int] {
        get { [] }
        set {}
    }
    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { .infinity }
}

/// y = activation(z), z_j = Σ_i w_ji x_i + b_j.
package struct ReferenceDense: ReferenceLayer {
    package let inputs: Int
    package let outputs: Int
    package var activation: ReferenceActivation
    /// w [outputs, inputs], and b [outputs] if it has a bias.
    package var tensors: [[Double]]

    /// A layer with all parameters 0.
    package init(inputs: Int, outputs: Int, activation: ReferenceActivation, hasBias: Bool = true) {
        (self.inputs, self.outputs, self.activation) = (inputs, outputs, activation)
        let weight = [Double](repeating: 0, count: outputs * inputs)
        tensors = hasBias ? [weight, Array(repeating: 0, count: outputs)] : [weight]
    }

    package var areWeights: [Bool] { tensors.indices.map { $0 == 0 } }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { z(inputs[0]).map(activation.apply) }

    private func z(_ rows: ReferenceRows) -> ReferenceRows {
        let weight = tensors[0]
        return rows.map { x in
            (0..<outputs).map { j in
                var sum = tensors.count > 1 ? tensors[1][j] : 0
                for i in 0..<inputs { sum += weight[j * inputs + i] * x[i] }
                return sum
            }
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        let weight = tensors[0]
        var tensorGradients = tensors.map { $0.map { _ in 0.0 } }
        let inputGradients = zip(zip(inputs[0], z(inputs[0])), gradient).map { row, g in
            let (x, z) = row
            let delta = activation.backward(z, g)
            for j in 0..<outputs {
                for i in 0..<self.inputs { tensorGradients[0][j * self.inputs + i] += delta[j] * x[i] }
                if tensors.count > 1 { tensorGradients[1][j] += delta[j] }
            }
            return (0..<self.inputs).map { i in
                (0..<outputs).reduce(0) { $0 + weight[$1 * self.inputs + i] * delta[$1] }
            }
        }
        return ([inputGradients], tensorGradients)
    }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { activation.distanceToKink(z(inputs[0])) }
}

/// y = activation(x)
package struct ReferenceElementwise: ReferenceLayer {
    private let activation: ReferenceActivation

    package init(_ activation: ReferenceActivation) { self.activation = activation }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { inputs[0].map(activation.apply) }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        ([zip(inputs[0], gradient).map(activation.backward)], [])
    }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { activation.distanceToKink(inputs[0]) }
}

/// y_i = f_i x_i, with factors that are given, such as those that dropout draws.
package struct ReferenceScaling: ReferenceLayer {
    /// A row for each sample; empty: all 1.
    private let factors: ReferenceRows

    package init(factors: ReferenceRows) { self.factors = factors }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { scaled(inputs[0]) }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) { ([scaled(gradient)], []) }

    private func scaled(_ rows: ReferenceRows) -> ReferenceRows {
        factors.isEmpty ? rows : zip(rows, factors).map { zip($0, $1).map(*) }
    }
}

/// y = x + x′
package struct ReferenceSum: ReferenceLayer {
    package init() {}

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        zip(inputs[0], inputs[1]).map { zip($0, $1).map(+) }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) { ([gradient, gradient], []) }
}

extension ReferenceActivation {
    /// The distance of an argument to 0, the kink of the activations that have one.
    func distanceToKink(_ z: ReferenceRows) -> Double {
        isSmooth ? .infinity : z.joined().map(abs).min() ?? .infinity
    }
}
