import Kernels
import Reference

extension Network {
    /// The same network in Double, with these parameters, whose gradients are found by differences.
    public func reference(parameters: FloatBuffer) -> ReferenceNetwork {
        let layers = layers.compactMap { $0 as? Dense }.map { layer in
            ReferenceNetwork.Layer(
                inputs: layer.inputs, outputs: layer.outputs, activation: ReferenceActivation(layer.activation))
        }
        var options = ReferenceLoss.Options()
        options.labelSmoothing = Double(objective.options.labelSmoothing)
        options.classWeights = objective.options.classWeights.map(Double.init)
        options.huberDelta = Double(objective.options.huberDelta)
        var reference = ReferenceNetwork(
            layers: layers, loss: ReferenceLoss(objective.loss), lossOptions: options)
        // The last layer is linear where the loss has its activation in itself; the perceptron's step comes after it.
        if objective.loss.isFused && objective.loss != .perceptron {
            reference.layers[reference.layers.count - 1].activation = ReferenceActivation(objective.outputActivation)
        }
        reference.tensors = layout.tensors.map { parameters.view.slice($0).array.map(Double.init) }
        return reference
    }

    /// What dropout multiplies the outputs of each layer of `reference` by.
    /// - Parameter row: of the pass.
    public func outputFactors(row: Int, _ randomness: PassRandomness) -> [[Double]] {
        var factors: [[Double]] = []
        for layer in layers {
            if let dropout = layer as? Dropout {
                let mask = dropout.mask(randomness)
                factors[factors.count - 1] = (0..<dropout.outputShape.reduce(1, *)).map {
                    Double(mask.factor(row: row, column: $0))
                }
            } else {
                factors.append([])
            }
        }
        return factors
    }
}

extension ReferenceActivation {
    fileprivate init(_ activation: Activation) {
        guard let same = Self(rawValue: activation.rawValue) else {
            preconditionFailure("the reference has no \(activation.rawValue)")
        }
        self = same
    }
}

extension ReferenceLoss {
    fileprivate init(_ loss: Loss) {
        guard let same = Self(rawValue: loss.rawValue) else {
            preconditionFailure("the reference has no \(loss.rawValue)")
        }
        self = same
    }
}
