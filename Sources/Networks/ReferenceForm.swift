import Kernels
import Layers
import Reference

extension Network {
    /// The same network in Double with these parameters.
    /// - Parameters:
    ///   - rows: of the minibatches that it is used for, if a layer is random.
    ///   - randomness: that of a training pass over them; nil for inference.
    ///   - lengths: of their sequences; nil if all have all steps.
    package func reference(
        parameters: FloatBuffer, rows: Int = 0, randomness: PassRandomness? = nil, lengths: [Int]? = nil
    ) -> ReferenceNetwork {
        var layers = nodes.map { $0.layer.reference(rows: rows, randomness: randomness) }
        if let lengths, hasTime {
            var ofValues: [[Int]?] = [lengths]
            for (index, node) in nodes.enumerated() {
                let own = ofValues[node.inputs[0]]
                let ofOutput = node.hasTime ? own?.map(node.layer.outputSteps) : nil
                layers[index].lengths = own ?? []
                if let own, let ofOutput {
                    layers[index] = ReferencePadded(
                        layers[index], steps: node.layer.outputShape[0], lengths: own, outputLengths: ofOutput)
                }
                ofValues.append(ofOutput)
            }
        }
        var options = ReferenceLoss.Options()
        options.labelSmoothing = Double(objective.options.labelSmoothing)
        options.classWeights = objective.options.classWeights.map(Double.init)
        options.huberDelta = Double(objective.options.huberDelta)
        // The kernel of a fused loss applies the output activation. The perceptron criterion judges z, before the step.
        let isApplied = objective.loss.isFused && objective.loss != .perceptron
        var reference = ReferenceNetwork(
            nodes: zip(layers, nodes).map { .init($0, inputs: $1.inputs) },
            outputActivation: isApplied ? ReferenceActivation(objective.outputActivation) : .identity,
            outputWidth: objective.outputs,
            loss: ReferenceLoss(objective.loss), lossOptions: options)
        reference.tensors = layout.tensors.map { parameters.view.slice($0).array.map(Double.init) }
        return reference
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
