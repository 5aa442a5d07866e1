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
    /// The number of outputs that an activation and a loss read: those of a sample, or of a step; nil for all of a sample.
    private let outputWidth: Int?
    private let loss: ReferenceLoss
    private let lossOptions: ReferenceLoss.Options

    package init(
        nodes: [Node], outputActivation: ReferenceActivation, outputWidth: Int? = nil, loss: ReferenceLoss,
        lossOptions: ReferenceLoss.Options = ReferenceLoss.Options()
    ) {
        (self.nodes, self.outputActivation, self.outputWidth) = (nodes, outputActivation, outputWidth)
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
        lastOutputs(samples).map { parts($0).flatMap(outputActivation.apply) }
    }

    /// The outputs of a sample's steps; of one, if targets are one a sample.
    private func parts(_ row: [Double]) -> [[Double]] {
        let width = outputWidth ?? row.count
        return stride(from: 0, to: row.count, by: width).map { Array(row[$0..<$0 + width]) }
    }

    /// A row's outputs, each with its target. Padding has none.
    private func judged(_ row: [Double], _ target: ReferenceTarget) -> [(z: [Double], target: ReferenceTarget)] {
        guard case .steps(let targets) = target else { return [(row, target)] }
        return Array(zip(parts(row), targets))
    }

    /// The loss of each sample of a minibatch: the sum over its steps, if they have targets.
    package func losses(_ samples: ReferenceRows, _ targets: [ReferenceTarget]) -> [Double] {
        zip(lastOutputs(samples), targets).map { row, target in
            judged(row, target).reduce(0) {
                $0 + loss.value(outputActivation.apply($1.z), z: $1.z, $1.target, lossOptions)
            }
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
            let gradient = judged(row.0, row.1).flatMap { z, target in
                outputActivation.backward(z, loss.gradient(outputActivation.apply(z), target, lossOptions))
            }
            return gradient.map { $0 * share } + Array(repeating: 0, count: row.0.count - gradient.count)
        }
    }

    /// The distance of an activation's or the loss's argument to the nearest kink, where there is no derivative.
    package func distanceToKink(_ samples: ReferenceRows, _ targets: [ReferenceTarget]) -> Double {
        let values = values(samples)
        let distances = nodes.map { node in node.layer.distanceToKink(node.inputs.map { values[$0] }) }
        let ofOutputs = ReferenceElementwise(outputActivation).distanceToKink([values[nodes.count]])
        let ofLoss = zip(values[nodes.count], targets).flatMap(judged).map {
            loss.distanceToKink(outputActivation.apply($0), $1, lossOptions)
        }
        return (distances + [ofOutputs] + ofLoss).min() ?? .infinity
    }
}
