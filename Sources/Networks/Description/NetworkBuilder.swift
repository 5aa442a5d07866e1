import Kernels

/// Makes the nodes of a network from its items: sizes of inputs follow from what comes before.
struct NetworkBuilder {
    let activation: Activation
    let initializer: Initializer?
    let format: OperandFormat
    private(set) var nodes: [Node] = []
    private(set) var lines: [NetworkLine] = []

    /// The value that the next item reads, and its shape.
    private var current: (value: Int, shape: [Int])
    /// How many items of each kind there are so far.
    private var counts: [String: Int] = [:]
    /// Who has each name.
    private var names: [String: (numbers: [Int], item: NetworkItem)] = [:]

    init(inputShape: [Int], activation: Activation, initializer: Initializer?, format: OperandFormat) {
        (self.activation, self.initializer, self.format) = (activation, initializer, format)
        current = (0, inputShape)
    }

    /// What an item takes over from the blocks around it.
    private struct Surroundings {
        var numbers: [Int] = []
        var isTrainable = true
        var rate = 1.0
    }

    /// - Throws: `NetworkShapeError`.
    mutating func append(_ items: [NetworkItem]) throws(NetworkShapeError) { try append(items, in: Surroundings()) }

    /// The last layer, which the labels decide.
    mutating func appendOutput(_ outputs: Int, activation: Activation, initializer: Initializer) {
        let line = beginLine("output \(outputs)", depth: 0)
        lines[line.line].name = "output"
        place(
            Dense(
                inputShape: current.shape, outputs: outputs, activation: activation, initializer: initializer,
                format: format), name: "output", Surroundings())
        end(line)
    }

    private mutating func append(
        _ items: [NetworkItem], in surroundings: Surroundings
    ) throws(NetworkShapeError) {
        for (index, item) in items.enumerated() {
            var own = surroundings
            own.numbers.append(index + 1)
            own.isTrainable = surroundings.isTrainable && item["trainable"] == "yes"
            own.rate *= item["rate"].flatMap(Double.init) ?? 1
            let line = beginLine(
                item.items.isEmpty ? item.shortText : item.textWithoutItems, depth: own.numbers.count - 1)
            try append(item, own)
            end(line)
        }
    }

    private mutating func append(_ item: NetworkItem, _ own: Surroundings) throws(NetworkShapeError) {
        let place = counts[item.kind, default: 0]
        counts[item.kind] = place + 1
        let chosen = item["name"].flatMap { $0.isEmpty ? nil : $0 }
        let name = chosen ?? "\(item.kind)\(place + 1)"
        if let error = clash(of: name, isChosen: chosen != nil, item, own) { throw error }
        names[name] = (own.numbers, item)
        lines[lines.count - 1].name = name
        let activation = item["activation"].flatMap(Activation.init(rawValue:)) ?? activation
        switch item.kind {
        case ItemKind.flatten.name: current.shape = [current.shape.reduce(1, *)]
        case ItemKind.residual.name: try appendResidual(item, name: name, activation, own)
        default:
            guard let layer = NetworkReader.layers.first(where: { $0.word.name == item.kind }) else {
                preconditionFailure("\(item.kind) makes no layer")
            }
            let surroundings = ItemPlace(
                inputShape: current.shape, activation: activation, initializer: initializer, format: format,
                randomLayer: chosen.map(RandomLayer.name) ?? .place(place))
            self.place(layer.init(item, surroundings), name: name, own)
        }
    }

    /// The items, and the sum of their output and their input. If the shapes differ, a linear layer without bias projects the
    /// input (He et al. 2016, equation 2).
    private mutating func appendResidual(
        _ item: NetworkItem, name: String, _ activation: Activation, _ own: Surroundings
    ) throws(NetworkShapeError) {
        let input = current
        try append(item.items, in: own)
        let output = current
        let project = item["project"]
        // Dense layers read a sample's values in one row, and so does a sum with their output.
        let fits = input.shape == output.shape || output.shape == [input.shape.reduce(1, *)]
        if project == "yes" || project == "auto" && !fits {
            current = input
            place(
                Dense(
                    inputShape: input.shape, outputs: output.shape.reduce(1, *), activation: .identity, hasBias: false,
                    initializer: initializer ?? .suited(to: .identity), format: format), name: "\(name)/project", own)
        } else if fits {
            current = (input.value, output.shape)
        } else {
            throw error(item, own, .sumOfDifferentShapes(input: input.shape, output: output.shape))
        }
        place(Sum(inputShape: output.shape), name: name, inputs: [output.value, current.value], own)
        if activation != .identity {
            place(
                Elementwise(inputShape: output.shape, activation: activation), name: "\(name)/activation", own)
        }
    }

    private mutating func place(
        _ layer: any Layer, name: String, inputs: [Int]? = nil, _ own: Surroundings
    ) {
        nodes.append(
            Node(
                name: name, layer: layer, inputs: inputs ?? [current.value], isTrainable: own.isTrainable,
                rate: own.rate))
        current = (nodes.count, layer.outputShape)
    }

    /// The error if a name is taken: of the item whose name was chosen, since the others follow from their places.
    private func clash(
        of name: String, isChosen: Bool, _ item: NetworkItem, _ own: Surroundings
    ) -> NetworkShapeError? {
        if name == "output" { return error(item, own, .nameIsTaken(name)) }
        guard let former = names[name] else { return nil }
        if isChosen { return error(item, own, .nameIsTaken(name)) }
        return NetworkShapeError(
            place: .init(numbers: former.numbers), item: former.item.shortText, problem: .nameIsTaken(name))
    }

    private func error(
        _ item: NetworkItem, _ own: Surroundings, _ problem: NetworkShapeError.Problem
    ) -> NetworkShapeError {
        NetworkShapeError(
            place: .init(numbers: own.numbers), item: item.shortText, problem: problem)
    }

    // MARK: The table of items

    private mutating func beginLine(_ text: String, depth: Int) -> (line: Int, firstNode: Int) {
        lines.append(NetworkLine(text: text, depth: depth))
        return (lines.count - 1, nodes.count)
    }

    /// Counts the nodes that no line within this one has.
    private mutating func end(_ begun: (line: Int, firstNode: Int)) {
        let inner = Set(lines[(begun.line + 1)...].flatMap(\.nodes))
        lines[begun.line].nodes = (begun.firstNode..<nodes.count).filter { !inner.contains($0) }
        lines[begun.line].outputShape = current.shape
    }
}

/// A line of the table of a network's items.
package struct NetworkLine: Sendable {
    package let text: String
    /// Of the layer or the block.
    package fileprivate(set) var name = ""
    /// How many blocks it lies in.
    package let depth: Int
    /// Of one sample.
    package fileprivate(set) var outputShape: [Int] = []
    /// The nodes that the item itself has, without those of items in it.
    package fileprivate(set) var nodes: [Int] = []
}

/// Items that can be read, but do not fit each other.
package struct NetworkShapeError: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        /// Two items have the same name.
        case nameIsTaken(String)
        /// A residual block with `project=no` adds its input to an output of another shape.
        case sumOfDifferentShapes(input: [Int], output: [Int])
    }

    package let place: NetworkTextError.Place
    /// The item's text.
    package let item: String
    package let problem: Problem
}
