/// output[y, x, o] = activation(b[o] + Σ w[o, i, v, u] input[y s + v d − p, …, i]), over the window (v, u) and the channels i of
/// o's group. Values are [height, width, channels], weights [outputs, inputs / groups, height, width].
package struct ReferenceConvolution: ReferenceLayer {
    /// Pairs are of height and width.
    package struct Geometry: Sendable {
        package var inputSize: [Int]
        package var outputSize: [Int]
        package var inputs: Int
        package var outputs: Int
        package var window: [Int]
        package var stride: [Int]
        package var dilation: [Int]
        package var paddingBefore: [Int]
        package var groups: Int

        package init(
            inputSize: [Int], outputSize: [Int], inputs: Int, outputs: Int, window: [Int], stride: [Int],
            dilation: [Int], paddingBefore: [Int], groups: Int
        ) {
            (self.inputSize, self.outputSize, self.inputs, self.outputs) = (inputSize, outputSize, inputs, outputs)
            (self.window, self.stride, self.dilation) = (window, stride, dilation)
            (self.paddingBefore, self.groups) = (paddingBefore, groups)
        }
    }

    private let geometry: Geometry
    private let activation: ReferenceActivation
    /// w, and b if it has a bias.
    package var tensors: [[Double]]

    /// A layer with all parameters 0.
    package init(_ geometry: Geometry, activation: ReferenceActivation = .identity, hasBias: Bool) {
        (self.geometry, self.activation) = (geometry, activation)
        let perOutput = geometry.inputs / geometry.groups * geometry.window[0] * geometry.window[1]
        let weight = [Double](repeating: 0, count: geometry.outputs * perOutput)
        tensors = hasBias ? [weight, Array(repeating: 0, count: geometry.outputs)] : [weight]
    }

    package var areWeights: [Bool] { tensors.indices.map { $0 == 0 } }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { z(inputs[0]).map(activation.apply) }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { activation.distanceToKink(z(inputs[0])) }

    private func z(_ rows: ReferenceRows) -> ReferenceRows {
        let places = geometry.outputSize[0] * geometry.outputSize[1]
        return rows.map { x in
            var z = (0..<places * geometry.outputs).map { tensors.count > 1 ? tensors[1][$0 % geometry.outputs] : 0 }
            forEachTap { output, input, weight in z[output] += tensors[0][weight] * x[input] }
            return z
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        var found = tensors.map { $0.map { _ in 0.0 } }
        let rows = zip(zip(inputs[0], z(inputs[0])), gradient).map { row, g in
            let (x, z) = row
            let delta = activation.backward(z, g)
            var own = x.map { _ in 0.0 }
            forEachTap { output, input, weight in
                own[input] += tensors[0][weight] * delta[output]
                found[0][weight] += x[input] * delta[output]
            }
            if found.count > 1 {
                for (index, value) in delta.enumerated() { found[1][index % geometry.outputs] += value }
            }
            return own
        }
        return ([rows], found)
    }

    /// The indices of each product of a sample: of the output, the input and the weight.
    private func forEachTap(_ body: (_ output: Int, _ input: Int, _ weight: Int) -> Void) {
        let g = geometry
        let (ownInputs, ownOutputs) = (g.inputs / g.groups, g.outputs / g.groups)
        for y in 0..<g.outputSize[0] {
            for x in 0..<g.outputSize[1] {
                for v in 0..<g.window[0] {
                    for u in 0..<g.window[1] {
                        let row = y * g.stride[0] + v * g.dilation[0] - g.paddingBefore[0]
                        let column = x * g.stride[1] + u * g.dilation[1] - g.paddingBefore[1]
                        guard (0..<g.inputSize[0]).contains(row), (0..<g.inputSize[1]).contains(column) else {
                            continue
                        }
                        for o in 0..<g.outputs {
                            for i in 0..<ownInputs {
                                body(
                                    (y * g.outputSize[1] + x) * g.outputs + o,
                                    (row * g.inputSize[1] + column) * g.inputs + o / ownOutputs * ownInputs + i,
                                    ((o * ownInputs + i) * g.window[0] + v) * g.window[1] + u)
                            }
                        }
                    }
                }
            }
        }
    }
}
