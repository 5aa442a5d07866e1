import Kernels
import Layers

/// Layers with inputs, their parameters' layout, and the objective at the end.
package struct Network: Sendable {
    /// The shape of one sample.
    package let inputShape: [Int]
    /// Whether samples are sequences, [time, channels] or [time].
    package let hasTime: Bool
    /// In the order of computation.
    package let nodes: [Node]
    /// The items that the nodes were made from, and the output layer.
    package let lines: [NetworkLine]
    /// What the hidden layers were made from, and how.
    private let items: [NetworkItem]
    private let source: Source?
    package private(set) var objective: Objective
    package let precision: Precision
    package let layout: ParameterLayout
    let order: PassOrder

    /// A network of items, and an output layer, which is called `output`.
    ///
    /// With a loss that is fused with the output activation, the output layer is linear and the objective applies both.
    /// - Parameters:
    ///   - inputShape: of one sample.
    ///   - axes: of a sample, such as "HWC", if they are known.
    ///   - activation: of items that do not say their own.
    ///   - initializer: of every weight; nil takes the one that suits the activation after it.
    ///   - precision: of the multiplications' operands; everything else is Float32.
    ///   - truncation: through how many steps gradients go back at most; nil for all.
    ///   - hasLengths: whether sequences differ in length.
    ///   - labelsAreOfSteps: whether labels are one a step, so that outputs must be, too.
    /// - Throws: `NetworkItemError` for items that do not fit each other, or the labels.
    package init(
        inputShape: [Int], axes: String? = nil, items: [NetworkItem], activation: Activation, objective: Objective,
        initializer: Initializer? = nil, precision: Precision = .fp32, truncation: Int? = nil, hasLengths: Bool = false,
        labelsAreOfSteps: Bool = false
    ) throws(NetworkItemError) {
        try self.init(
            inputShape: inputShape, items: items, objective: objective, precision: precision,
            Source(
                axes: axes, activation: activation, initializer: initializer, truncation: truncation,
                hasLengths: hasLengths, labelsAreOfSteps: labelsAreOfSteps))
    }

    /// What a network is made from, beside its items.
    private struct Source {
        let axes: String?
        let activation: Activation
        let initializer: Initializer?
        let truncation: Int?
        let hasLengths: Bool
        let labelsAreOfSteps: Bool
    }

    private init(
        inputShape: [Int], items: [NetworkItem], objective: Objective, precision: Precision, _ source: Source
    ) throws(NetworkItemError) {
        let input = try items.inputShape(of: inputShape, axes: source.axes)
        var builder = NetworkBuilder(
            inputShape: input.shape, hasTime: input.hasTime, activation: source.activation,
            initializer: source.initializer, format: OperandFormat(precision), truncation: source.truncation,
            hasLengths: source.hasLengths, labelsAreOfSteps: source.labelsAreOfSteps)
        try builder.append(items)
        try builder.appendOutput(
            objective.outputs, activation: objective.lastActivation,
            initializer: source.initializer ?? .suited(to: objective.outputActivation))
        self.init(
            inputShape: inputShape, hasTime: input.hasTime, nodes: builder.nodes, lines: builder.lines, items: items,
            source: source, objective: objective, precision: precision)
    }

    /// The same network, with the same layout of parameters, for sequences of so many steps.
    /// - Throws: `NetworkItemError` of an item whose window they are too few for.
    package func ofSteps(_ steps: Int) throws(NetworkItemError) -> Network {
        guard let source, hasTime, inputShape[0] != steps else { return self }
        let network = try Network(
            inputShape: [steps] + inputShape.dropFirst(), items: items, objective: objective, precision: precision,
            source)
        precondition(network.layout.bufferCount == layout.bufferCount, "a layer whose parameters depend on the steps")
        return network.trained(as: nodes)
    }

    /// A network of nodes, of which the last has the objective's outputs.
    package init(
        inputShape: [Int], hasTime: Bool = false, nodes: [Node], lines: [NetworkLine] = [],
        items: [NetworkItem] = [], objective: Objective, precision: Precision = .fp32
    ) {
        self.init(
            inputShape: inputShape, hasTime: hasTime, nodes: nodes, lines: lines, items: items, source: nil,
            objective: objective, precision: precision)
    }

    private init(
        inputShape: [Int], hasTime: Bool, nodes: [Node], lines: [NetworkLine], items: [NetworkItem], source: Source?,
        objective: Objective, precision: Precision
    ) {
        (self.inputShape, self.hasTime, self.source) = (inputShape, hasTime, source)
        (self.nodes, self.lines, self.items) = (nodes, lines, items)
        (self.objective, self.precision) = (objective, precision)
        layout = ParameterLayout(nodes)
        order = PassOrder(nodes)
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

    /// The same network, with all layers trained at the same rate.
    package var trainedAlike: Network {
        trained(
            as: nodes.map {
                Node(
                    name: $0.name, layer: $0.layer, inputs: $0.inputs, isTrainable: true, rate: 1, hasTime: $0.hasTime)
            })
    }

    /// The same network, with layers trained, and at the rates, as those of another form of it.
    private func trained(as others: [Node]) -> Network {
        let nodes = zip(nodes, others).map { node, other in
            Node(
                name: node.name, layer: node.layer, inputs: node.inputs, isTrainable: other.isTrainable,
                rate: other.rate, hasTime: node.hasTime)
        }
        return Network(
            inputShape: inputShape, hasTime: hasTime, nodes: nodes, lines: lines, items: items, source: source,
            objective: objective, precision: precision)
    }

    /// 784-512-256-10, or 64 → 32 activation=tanh → 10; of sequences 29×12 → gru 64 → 9.
    package var shortText: String {
        let widths = items.compactMap(\.width)
        let middle =
            widths.count == items.count && !hasTime
            ? widths.map { "-\($0)" }.joined() + "-" : (items.isEmpty ? " → " : " → \(items.shortText) → ")
        let inputs = hasTime ? inputShape.map(String.init).joined(separator: "×") : "\(inputs)"
        return "\(inputs)\(middle)\(objective.outputs)"
    }

    /// Whether there is nothing but the output layer.
    package var isSingleLayer: Bool { items.isEmpty }

    /// The parameters whose gradients are kept for each shard until they are added.
    package var parametersOfShards: Int {
        zip(nodes, layout.nodeRanges).reduce(0) { count, node in
            guard node.0.isTrainable, case .perShard = node.0.layer.gradients else { return count }
            return count + node.1.count
        }
    }

    /// The activation functions of all layers but the last, in their order.
    package var hiddenActivations: [Activation] {
        // A normalisation has the activation of the layer before it, and its name.
        zip(nodes, nodes.dropFirst()).filter { $0.name != $1.name }
            .compactMap { node, _ in (node.layer as? any ActivatedLayer)?.activation }
    }

    package var inputs: Int { inputShape.reduce(1, *) }

    /// The steps of a sample's outputs, [steps, outputs]; nil if a sample has one row of outputs.
    package var outputSteps: Int? { nodes.last.flatMap { $0.hasTime ? $0.layer.outputShape[0] : nil } }

    /// Elements of each value for one sample: of the input, then of each node's output.
    var valueWidths: [Int] { [inputs] + nodes.map { $0.layer.outputShape.reduce(1, *) } }

    /// Floating-point operations of one sample in a training step. Gradients of tensors take as many as the forward pass, and
    /// so do gradients of inputs, where they are needed.
    package var trainingOperations: Int {
        nodes.enumerated().reduce(0) { sum, each in
            let (index, node) = each
            let gradients = [node.givesTensorGradients, givesInputGradient(index)].count { $0 }
            return sum + (1 + gradients) * node.layer.operations
        }
    }

    /// Whether the backward pass of a node computes the gradient of an input.
    func givesInputGradient(_ node: Int) -> Bool { nodes[node].inputs.contains { order.needsGradient[$0] } }

    /// The meetings of a training step's passes over a group: those of the forward pass, and of both passes.
    package var forwardMeetingCount: Int { order.forward.count - 1 }
    package var meetingCount: Int { order.meetings.count }

    /// Elements of one sample in the memory of all layers: what memory grows with.
    package var elementsPerSample: Int { nodes.reduce(0) { $0 + $1.layer.elementsPerSample } }

    /// The samples that meetings need at least, and take at most; nil for no limit. All meetings of a network are of the same samples, so the
    /// smallest `statistics=` of its items holds.
    package var leastRowsOfMeetings: Int { order.meetings.map(\.leastRows).max() ?? 1 }
    package var mostRowsOfMeetings: Int? { order.meetings.compactMap(\.mostRows).min() }

    /// The rows from which on a shard is large enough for all its kernels to be fast.
    package var shardRows: Int { nodes.compactMap(\.layer.shardRows).min() ?? 1 }

    /// New parameters in the network's layout, each tensor drawn from its own random stream of `seed`.
    package func initialParameters(seed: UInt64) -> FloatBuffer {
        let buffer = FloatBuffer(count: layout.bufferCount)
        let specifications = nodes.flatMap(\.layer.tensors)
        for (index, (tensor, specification)) in zip(layout.tensors, specifications).enumerated() {
            let values = buffer.view.slice(tensor)
            let count = tensor.count / specification.initializers.count
            for (range, initializer) in specification.initializers.enumerated() {
                initializer.fill(
                    values.slice(range * count, count), fanIn: specification.fanIn, fanOut: specification.fanOut,
                    columns: tensor.count / tensor.shape[0],
                    random: Philox(
                        seed: seed, purpose: .initialParameters, stream: UInt32(index), layer: range))
            }
        }
        for (tensor, statistic) in zip(layout.statistics, nodes.flatMap(\.layer.statistics)) {
            buffer.view.slice(tensor).pointer.update(repeating: Float(statistic.initial))
        }
        return buffer
    }
}
