import Kernels
import Reference

/// How the reference network computes in Double what a layer computes in Float.
package enum ReferenceForm {
    /// As a layer of its own, whose parameters are still 0.
    case layer(ReferenceNetwork.Layer)
    /// By factors of the outputs of the layer before, a function of the row of the pass and of its randomness.
    case outputFactors((_ row: Int, _ randomness: PassRandomness) -> [Double])
}

extension Network {
    /// The same network in Double with these parameters, for gradients by central differences.
    package func reference(parameters: FloatBuffer) -> ReferenceNetwork {
        let layers = layers.compactMap { layer in
            if case .layer(let reference) = layer.reference { reference } else { nil }
        }
        var options = ReferenceLoss.Options()
        options.labelSmoothing = Double(objective.options.labelSmoothing)
        options.classWeights = objective.options.classWeights.map(Double.init)
        options.huberDelta = Double(objective.options.huberDelta)
        var reference = ReferenceNetwork(
            layers: layers, loss: ReferenceLoss(objective.loss), lossOptions: options)
        // The kernel of a fused loss applies the output activation, so the last layer is linear. In the reference that layer
        // applies it. The perceptron criterion judges z, before the step, in both.
        if objective.loss.isFused && objective.loss != .perceptron {
            reference.layers[reference.layers.count - 1].activation = ReferenceActivation(objective.outputActivation)
        }
        reference.tensors = layout.tensors.map { parameters.view.slice($0).array.map(Double.init) }
        return reference
    }

    /// The factors of the outputs of each layer of `reference`, as dropout draws them; [] for a layer without any.
    /// - Parameter row: from the first row of the pass.
    package func outputFactors(row: Int, _ randomness: PassRandomness) -> [[Double]] {
        var factors: [[Double]] = []
        for layer in layers {
            switch layer.reference {
            case .layer: factors.append([])
            case .outputFactors(let draw): factors[factors.count - 1] = draw(row, randomness)
            }
        }
        return factors
    }
}

extension ReferenceActivation {
    init(_ activation: Activation) {
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
