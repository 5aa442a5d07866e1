import Reference

extension ReferenceNetwork {
    /// A dense network with all parameters 0.
    package init(
        inputs: Int, hiddenWidths: [Int], outputs: Int, activation: ReferenceActivation,
        outputActivation: ReferenceActivation, loss: ReferenceLoss
    ) {
        let widths = [inputs] + hiddenWidths + [outputs]
        let nodes = (1..<widths.count).map { index in
            Node(
                ReferenceDense(
                    inputs: widths[index - 1], outputs: widths[index],
                    activation: index == widths.count - 1 ? .identity : activation), inputs: [index - 1])
        }
        self.init(nodes: nodes, outputActivation: outputActivation, loss: loss)
    }
}
