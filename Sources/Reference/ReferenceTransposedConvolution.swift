/// z[y, x, o] = b[o] + Σ w[o, i, v, u] input[(y + p − v d) / s, …, i], over the window (v, u) and the channels i of o's group,
/// wherever the quotients are places of the input; output = activation(z). Values are [height, width, channels], weights
/// [outputs, inputs / groups, height, width].
package struct ReferenceTransposedConvolution: ReferenceLayer {
    /// From this layer's output to its input.
    private let convolution: ReferenceConvolution.Geometry
    private let activation: ReferenceActivation
    /// w, and b if it has a bias.
    package var tensors: [[Double]]

    private var inputs: Int { convolution.outputs }
    private var outputs: Int { convolution.inputs }
    private var inputSize: [Int] { convolution.outputSize }
    private var outputSize: [Int] { convolution.inputSize }

    /// A layer with all parameters 0.
    /// - Parameter convolution: the one whose backward pass it is.
    package init(
        from convolution: ReferenceConvolution.Geometry, activation: ReferenceActivation = .identity, hasBias: Bool
    ) {
        (self.convolution, self.activation) = (convolution, activation)
        let perOutput = convolution.outputs / convolution.groups * convolution.window[0] * convolution.window[1]
        let weight = [Double](repeating: 0, count: convolution.inputs * perOutput)
        tensors = hasBias ? [weight, Array(repeating: 0, count: convolution.inputs)] : [weight]
    }

    package var areWeights: [Bool] { tensors.indices.map { $0 == 0 } }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { z(inputs[0]).map(activation.apply) }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { activation.distanceToKink(z(inputs[0])) }

    private func z(_ rows: ReferenceRows) -> ReferenceRows {
        rows.map { x in
            (0..<outputSize[0] * outputSize[1] * outputs).map { output in
                let bias = tensors.count > 1 ? tensors[1][output % outputs] : 0
                return terms(of: output).reduce(bias) { $0 + tensors[0][$1.weight] * x[$1.input] }
            }
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        var found = tensors.map { $0.map { _ in 0.0 } }
        let rows = zip(zip(inputs[0], z(inputs[0])), gradient).map { row, g in
            let (x, z) = row
            var own = x.map { _ in 0.0 }
            for (output, delta) in activation.backward(z, g).enumerated() {
                for term in terms(of: output) {
                    own[term.input] += tensors[0][term.weight] * delta
                    found[0][term.weight] += x[term.input] * delta
                }
                if found.count > 1 { found[1][output % outputs] += delta }
            }
            return own
        }
        return ([rows], found)
    }

    /// The indices of the inputs that an output is a sum of, and of their weights.
    private func terms(of output: Int) -> [(input: Int, weight: Int)] {
        let (place, o) = output.quotientAndRemainder(dividingBy: outputs)
        let (y, x) = place.quotientAndRemainder(dividingBy: outputSize[1])
        let (ownInputs, ownOutputs) = (inputs / convolution.groups, outputs / convolution.groups)
        var terms: [(Int, Int)] = []
        for v in 0..<convolution.window[0] {
            guard let row = source(of: y, v, axis: 0) else { continue }
            for u in 0..<convolution.window[1] {
                guard let column = source(of: x, u, axis: 1) else { continue }
                for i in 0..<ownInputs {
                    terms.append(
                        (
                            (row * inputSize[1] + column) * inputs + o / ownOutputs * ownInputs + i,
                            ((o * ownInputs + i) * convolution.window[0] + v) * convolution.window[1] + u
                        ))
                }
            }
        }
        return terms
    }

    /// The place of the input whose window has an output's place at this tap; nil if there is none.
    private func source(of place: Int, _ tap: Int, axis: Int) -> Int? {
        let distance = place + convolution.paddingBefore[axis] - tap * convolution.dilation[axis]
        guard distance >= 0, distance % convolution.stride[axis] == 0 else { return nil }
        let source = distance / convolution.stride[axis]
        return source < inputSize[axis] ? source : nil
    }
}
