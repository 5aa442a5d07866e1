/// A network in Double, by plain loops: layers with inputs, and a loss.
package struct ReferenceNetwork: Sendable {
    package struct Node: Sendable {
        package var layer: any ReferenceLayer
        /// Indices of values: 0 is the samples, 1 the output of the first node, and so on.
        package let inputs: [Int]

        package init(_ layer: any ReferenceLayer, inputs: [Int]) { (self.layer, self.inputs) = (layer, inputs) }
    }

    /// In the order of computation.
    package var nodes: [Node]
    /// What the loss is preceded by, if the last layer is linear because the loss's kernel applies it.
    private let outputActivation: ReferenceActivation
    private let loss: ReferenceLoss
    private let lossOptions: ReferenceLoss.Options

    package init(
        nodes: [Node], outputActivation: ReferenceActivation, loss: ReferenceLoss,
        lossOptions: ReferenceLoss.Options = ReferenceLoss.Options()
    ) {
        (self.nodes, self.outputActivation) = (nodes, outputActivation)
        (self.loss, self.lossOptions) = (loss, lossOptions)
    }

    /// All parameters, in the order of the nodes.
    package var tensors: [[Double]] {
        get { nodes.flatMap(\.layer.tensors) }
        set {
            var rest = newValue[...]
            for index in nodes.indices {
                let count = nodes[index].layer.tensors.count
                if count > 0 { nodes[index].layer.tensors = Array(rest.prefix(count)) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// For each of `tensors`, whether it is a weight, to which weight decay applies.
    package var areWeights: [Bool] { nodes.flatMap(\.layer.areWeights) }

    /// One element of one of the `tensors`.
    package subscript(tensor: Int, index: Int) -> Double {
        get {
            let (node, own) = place(of: tensor)
            return nodes[node].layer.tensors[own][index]
        }
        set {
            let (node, own) = place(of: tensor)
            nodes[node].layer.tensors[own][index] = newValue
        }
    }

    private func place(of tensor: Int) -> (node: Int, own: Int) {
        var own = tensor
        for (index, node) in nodes.enumerated() {
            let count = node.layer.areWeights.count
            if own < count { return (index, own) }
            own -= count
        }
        preconditionFailure("there is no tensor \(tensor)")
    }

    // MARK: Forward

    /// The last layer's outputs: of a fused loss the logits, to which it applies the output activation.
    package func lastOutputs(_ samples: ReferenceRows) -> ReferenceRows { values(samples)[nodes.count] }

    /// The outputs after the output activation.
    package func outputs(_ samples: ReferenceRows) -> ReferenceRows {
        lastOutputs(samples).map(outputActivation.apply)
    }

    /// The loss of each sample of a minibatch.
    package func losses(_ samples: ReferenceRows, _ targets: [ReferenceTarget]) -> [Double] {
        zip(lastOutputs(samples), targets).map { z, target in
            loss.value(outputActivation.apply(z), z: z, target, lossOptions)
        }
    }

    /// The samples, then each node's outputs.
    private func values(_ samples: ReferenceRows) -> [ReferenceRows] {
        nodes.reduce(into: [samples]) { values, node in
            values.append(node.layer.outputs(node.inputs.map { values[$0] }))
        }
    }

    // MARK: Backward

    /// The gradient of Σ_r share_r loss_r over the samples of a minibatch, in the shape of `tensors`.
    package func gradients(
        _ samples: ReferenceRows, _ targets: [ReferenceTarget], shares: [Double]
    ) -> [[Double]] {
        let values = values(samples)
        var valueGradients = [ReferenceRows?](repeating: nil, count: values.count)
        valueGradients[nodes.count] = lastGradients(values[nodes.count], targets, shares)
        var gradients: [[[Double]]] = []
        for (index, node) in nodes.enumerated().reversed() {
            guard let gradient = valueGradients[index + 1] else { preconditionFailure("an output that nothing reads") }
            let found = node.layer.gradients(node.inputs.map { values[$0] }, gradient)
            gradients.append(found.tensors)
            for (input, own) in zip(node.inputs, found.inputs) {
                valueGradients[input] = valueGradients[input].map { zip($0, own).map { zip($0, $1).map(+) } } ?? own
            }
        }
        return Array(gradients.reversed().joined())
    }

    /// The gradient of Σ_r share_r loss_r with respect to the last layer's outputs.
    package func lastGradients(
        _ last: ReferenceRows, _ targets: [ReferenceTarget], _ shares: [Double]
    ) -> ReferenceRows {
        zip(zip(last, targets), shares).map { row, share in
            let (z, target) = row
            let gradient = loss.gradient(outputActivation.apply(z), target, lossOptions)
            return outputActivation.backward(z, gradient).map { $0 * share }
        }
    }

    /// The distance of an activation's or the loss's argument to the nearest kink, where there is no derivative.
    package func distanceToKink(_ samples: ReferenceRows, _ targets: [ReferenceTarget]) -> Double {
        let values = values(samples)
        let distances = nodes.map { node in node.layer.distanceToKink(node.inputs.map { values[$0] }) }
        let ofOutputs = ReferenceElementwise(outputActivation).distanceToKink([values[nodes.count]])
        let ofLoss = zip(values[nodes.count], targets).map {
            loss.distanceToKink(outputActivation.apply($0), $1, lossOptions)
        }
        return (distances + [ofOutputs] + ofLoss).min() ?? .infinity
    }
}
