import Kernels

/// Layers in order, their parameters' layout, and the objective at the end.
package struct Network: Sendable {
    /// The shape of one sample.
    package let inputShape: [Int]
    package let layers: [any Layer]
    package private(set) var objective: Objective
    package let precision: Precision
    package let layout: ParameterLayout

    /// A dense network: hidden layers of the given widths, and an output layer.
    ///
    /// With a loss that is fused with the output activation, the output layer is linear and the objective applies both.
    /// - Parameters:
    ///   - dropout: the rate at which outputs of hidden layers are dropped in training.
    ///   - initializer: of every weight; nil takes the one that suits the activation after it.
    ///   - precision: of the multiplications' operands; everything else is Float32.
    package init(
        inputShape: [Int], hiddenWidths: [Int], activation: Activation, dropout: Double = 0, objective: Objective,
        initializer: Initializer? = nil, precision: Precision = .fp32
    ) {
        let format = OperandFormat(precision)
        var layers: [any Layer] = []
        var shape = inputShape
        for width in hiddenWidths {
            let layer = Dense(
                inputShape: shape, outputs: width, activation: activation,
                initializer: initializer ?? .suited(to: activation), format: format,
                givesInputGradient: !layers.isEmpty)
            layers.append(layer)
            shape = layer.outputShape
            if dropout > 0 { layers.append(Dropout(inputShape: shape, rate: dropout, index: layers.count / 2)) }
        }
        layers.append(
            Dense(
                inputShape: shape, outputs: objective.outputs, activation: objective.lastActivation,
                initializer: initializer ?? .suited(to: objective.outputActivation), format: format,
                givesInputGradient: !layers.isEmpty))
        self.inputShape = inputShape
        self.layers = layers
        self.objective = objective
        self.precision = precision
        layout = ParameterLayout(layers: Self.named(layers))
    }

    /// The same network with the loss that evaluation reports: without label smoothing and class weights.
    package var plainlyJudged: Network {
        var network = self
        network.objective = Objective(
            loss: objective.loss, options: objective.options.plain, outputActivation: objective.outputActivation,
            correctness: objective.correctness, outputs: objective.outputs,
            targetDeviations: objective.targetDeviations)
        return network
    }

    package var inputs: Int { inputShape.reduce(1, *) }

    /// The widths of the features and of each layer with parameters: 784, 512, 256, 10.
    package var widths: [Int] {
        [inputs] + layers.filter { !$0.parameters.isEmpty }.map { $0.outputShape.reduce(1, *) }
    }

    /// Floating-point operations of one sample in a training step: the backward pass has twice those of the forward
    /// pass, less the gradient of the features, which is not computed.
    package var trainingOperations: Int {
        3 * layers.reduce(0) { $0 + $1.operations } - (layers.first?.operations ?? 0)
    }

    /// Elements of all layers' inputs and outputs, for one sample: what memory grows with.
    package var elementsPerSample: Int {
        layers.reduce(0) { $0 + $1.inputShape.reduce(1, *) + $1.outputShape.reduce(1, *) }
    }

    /// New parameters in the network's layout, each tensor drawn from its own random stream of `seed`.
    package func initialParameters(seed: UInt64) -> FloatBuffer {
        let buffer = FloatBuffer(count: layout.bufferCount)
        let specifications = layers.flatMap(\.parameters)
        for (index, (tensor, specification)) in zip(layout.tensors, specifications).enumerated() {
            let random = Philox(seed: seed, purpose: .initialParameters, stream: UInt32(index))
            specification.initializer.fill(
                buffer.view.slice(tensor), fanIn: specification.fanIn, fanOut: specification.fanOut, random: random)
        }
        return buffer
    }

    /// dense1, dense2, …: each kind of layer counts its own.
    private static func named(_ layers: [any Layer]) -> [(name: String, parameters: [ParameterSpecification])] {
        var seen: [String: Int] = [:]
        return layers.map { layer in
            let kind = type(of: layer).kind
            seen[kind, default: 0] += 1
            return ("\(kind)\(seen[kind, default: 1])", layer.parameters)
        }
    }
}
