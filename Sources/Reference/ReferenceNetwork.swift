/// A dense network in Double, by one plain loop for each formula, one sample at a time: what tests and `gradcheck` hold
/// the kernels against.
///
/// Letters: layer l has inputs x, z_j = Σ_i w_ji x_i + b_j, and outputs y = activation(z).
package struct ReferenceNetwork: Sendable {
    package struct Layer: Sendable {
        package let inputs: Int
        package let outputs: Int
        package var activation: ReferenceActivation
        /// [outputs, inputs], row-major
        package var weight: [Double]
        package var bias: [Double]

        package init(inputs: Int, outputs: Int, activation: ReferenceActivation) {
            self.inputs = inputs
            self.outputs = outputs
            self.activation = activation
            weight = Array(repeating: 0, count: outputs * inputs)
            bias = Array(repeating: 0, count: outputs)
        }
    }

    package var layers: [Layer]
    /// Dropout's factors of each layer's outputs; empty: all 1.
    package var outputFactors: [[Double]] = []
    package let loss: ReferenceLoss
    package let lossOptions: ReferenceLoss.Options

    /// A network with all parameters 0.
    package init(
        inputs: Int, hiddenWidths: [Int], outputs: Int, activation: ReferenceActivation,
        outputActivation: ReferenceActivation, loss: ReferenceLoss,
        lossOptions: ReferenceLoss.Options = ReferenceLoss.Options()
    ) {
        let widths = [inputs] + hiddenWidths + [outputs]
        let layers = (1..<widths.count).map { index in
            Layer(
                inputs: widths[index - 1], outputs: widths[index],
                activation: index == widths.count - 1 ? outputActivation : activation)
        }
        self.init(layers: layers, loss: loss, lossOptions: lossOptions)
    }

    package init(layers: [Layer], loss: ReferenceLoss, lossOptions: ReferenceLoss.Options) {
        self.layers = layers
        self.loss = loss
        self.lossOptions = lossOptions
    }

    /// All parameters: weight and bias of the first layer, of the second, and so on.
    package var tensors: [[Double]] {
        get { layers.flatMap { [$0.weight, $0.bias] } }
        set {
            for index in layers.indices {
                layers[index].weight = newValue[2 * index]
                layers[index].bias = newValue[2 * index + 1]
            }
        }
    }

    /// One element of one of the `tensors`.
    package subscript(tensor: Int, index: Int) -> Double {
        get {
            Self.isWeight(tensor: tensor) ? layers[tensor / 2].weight[index] : layers[tensor / 2].bias[index]
        }
        set {
            if Self.isWeight(tensor: tensor) {
                layers[tensor / 2].weight[index] = newValue
            } else {
                layers[tensor / 2].bias[index] = newValue
            }
        }
    }

    /// Whether a tensor of `tensors` is a weight, and no bias.
    package static func isWeight(tensor: Int) -> Bool { tensor % 2 == 0 }

    // MARK: Forward

    /// z of the last layer.
    package func logits(_ sample: [Double]) -> [Double] {
        let last = layers.count - 1
        return z(of: layers[last], values(sample)[last])
    }

    package func outputs(_ sample: [Double]) -> [Double] {
        values(sample)[layers.count]
    }

    package func loss(_ sample: [Double], _ target: ReferenceTarget) -> Double {
        let values = values(sample)
        let last = layers.count - 1
        return loss.value(values[last + 1], z: z(of: layers[last], values[last]), target, lossOptions)
    }

    /// The sample, then each layer's outputs.
    private func values(_ sample: [Double]) -> [[Double]] {
        var values = [sample]
        for (index, layer) in layers.enumerated() {
            values.append(scaled(layer.activation.apply(z(of: layer, values[index])), layer: index))
        }
        return values
    }

    private func scaled(_ values: [Double], layer: Int) -> [Double] {
        outputFactors.isEmpty || outputFactors[layer].isEmpty ? values : zip(values, outputFactors[layer]).map(*)
    }

    private func z(of layer: Layer, _ x: [Double]) -> [Double] {
        (0..<layer.outputs).map { j in
            var sum = layer.bias[j]
            for i in 0..<layer.inputs { sum += layer.weight[j * layer.inputs + i] * x[i] }
            return sum
        }
    }

    // MARK: Backward

    /// The gradient of one sample's loss, in the shape of `tensors`.
    package func gradients(_ sample: [Double], _ target: ReferenceTarget) -> [[Double]] {
        let values = values(sample)
        var gradients = tensors
        var outputGradient = loss.gradient(values[layers.count], target, lossOptions)
        for (index, layer) in layers.enumerated().reversed() {
            let x = values[index]
            let delta = layer.activation.backward(z(of: layer, x), scaled(outputGradient, layer: index))
            for j in 0..<layer.outputs {
                for i in 0..<layer.inputs { gradients[2 * index][j * layer.inputs + i] = delta[j] * x[i] }
                gradients[2 * index + 1][j] = delta[j]
            }
            outputGradient = (0..<layer.inputs).map { i in
                (0..<layer.outputs).reduce(0) { $0 + layer.weight[$1 * layer.inputs + i] * delta[$1] }
            }
        }
        return gradients
    }

    /// The gradient of one sample's loss with respect to the last layer's z.
    package func logitGradient(_ sample: [Double], _ target: ReferenceTarget) -> [Double] {
        gradients(sample, target)[2 * layers.count - 1]
    }
}
