import Kernels
import Layers
import RecurrentLayers

/// Makes the nodes of a network from its items: sizes of inputs follow from what comes before.
struct NetworkBuilder {
    /// Of a layer's learning rate, as a factor of the network's.
    private static let largestRate = 1e6

    let activation: Activation
    let initializer: Initializer?
    let format: OperandFormat
    /// Through how many steps gradients go back at most; nil for all.
    let truncation: Int?
    /// Whether sequences differ in length.
    let hasLengths: Bool
    /// Whether labels are one a step.
    let labelsAreOfSteps: Bool
    private(set) var nodes: [Node] = []
    private(set) var lines: [NetworkLine] = []

    /// The value that the next item reads, its shape, and whether that is [time, channels].
    var current: (value: Int, shape: [Int], hasTime: Bool)
    /// Of the samples; nil if they are no sequences.
    private let inputSteps: Int?
    /// The first item whose output has not the samples' steps.
    private var firstWithoutSteps: (numbers: [Int], item: NetworkItem)?
    /// Of each value the lengths that follow from an input's of 0, 1, 2, … steps, if these may differ; nil without time.
    private var lengths: [[Int]?]
    /// How many items of each kind there are so far.
    private var counts: [String: Int] = [:]
    /// Who has each name.
    private var names: [String: (numbers: [Int], item: NetworkItem)] = [:]

    init(
        inputShape: [Int], hasTime: Bool, activation: Activation, initializer: Initializer?, format: OperandFormat,
        truncation: Int?, hasLengths: Bool, labelsAreOfSteps: Bool
    ) {
        (self.activation, self.initializer, self.format) = (activation, initializer, format)
        (self.truncation, self.hasLengths, self.labelsAreOfSteps) = (truncation, hasLengths, labelsAreOfSteps)
        current = (0, inputShape, hasTime)
        inputSteps = hasTime ? inputShape[0] : nil
        lengths = [hasTime && hasLengths ? Array(0...inputShape[0]) : nil]
    }

    /// What an item takes over from the blocks around it.
    struct Surroundings {
        fileprivate(set) var numbers: [Int] = []
        fileprivate var isTrainable = true
        fileprivate var rate = 1.0
        /// Whether something after the item reads the steps of its output.
        fileprivate(set) var isFollowedByReader = false
    }

    /// - Throws: `NetworkItemError`.
    mutating func append(_ items: [NetworkItem]) throws(NetworkItemError) { try append(items, in: Surroundings()) }

    /// The last layer, which the labels decide.
    /// - Throws: `NetworkItemError` of the last item if it leaves sequences where labels are one a sample, or of the first that does not
    ///   leave the samples' steps where labels are one a step.
    mutating func appendOutput(
        _ outputs: Int, activation: Activation, initializer: Initializer
    ) throws(NetworkItemError) {
        if labelsAreOfSteps, let (numbers, item) = firstWithoutSteps {
            throw NetworkItemError(
                place: .init(numbers: numbers), item: item.shortText, problem: .outputsHaveOtherSteps(inputSteps))
        }
        guard current.hasTime == labelsAreOfSteps else {
            let last = lines.last { $0.depth == 0 }
            throw NetworkItemError(
                place: .init(numbers: [max(1, lines.count { $0.depth == 0 })]), item: last?.text ?? "output",
                problem: labelsAreOfSteps ? .outputsHaveOtherSteps(nil) : .outputsHaveTime)
        }
        let line = beginLine("output \(outputs)", depth: 0)
        lines[line.index].name = "output"
        add(
            Dense(
                inputShape: current.shape, isPerStep: current.hasTime, outputs: outputs, activation: activation,
                initializer: initializer, format: format), name: "output", Surroundings())
        end(line)
    }

    private mutating func append(
        _ items: [NetworkItem], in surroundings: Surroundings
    ) throws(NetworkItemError) {
        for (index, item) in items.enumerated() {
            var own = surroundings
            own.numbers.append(index + 1)
            own.isTrainable = surroundings.isTrainable && item.isOn("trainable")
            own.rate *= item.number("rate")
            // The sum of a block has the steps of its input.
            own.isFollowedByReader = own.numbers.count > 1 || items[(index + 1)...].readSteps
            guard own.rate <= Self.largestRate else { throw error(item, own, .rateIsTooLarge(own.rate)) }
            let line = beginLine(
                item.items.isEmpty ? item.shortText : item.textWithoutItems, depth: own.numbers.count - 1)
            try append(item, own)
            end(line)
            if firstWithoutSteps == nil, !current.hasTime || current.shape[0] != inputSteps {
                firstWithoutSteps = (own.numbers, item)
            }
        }
    }

    private mutating func append(_ item: NetworkItem, _ own: Surroundings) throws(NetworkItemError) {
        let index = counts[item.kind, default: 0]
        counts[item.kind] = index + 1
        let chosen = item.text("name")
        let name = chosen ?? "\(item.kind)\(index + 1)"
        if let error = clash(of: name, isChosen: chosen != nil, item, own) { throw error }
        names[name] = (own.numbers, item)
        lines[lines.count - 1].name = name
        if hasLengths, current.hasTime, let problem = item.problemOfLengths { throw error(item, own, problem) }
        switch item.kind {
        case ItemKind.flatten.name: (current.shape, current.hasTime) = ([current.shape.reduce(1, *)], false)
        case ItemKind.reshape.name: (current.shape, current.hasTime) = (try reshaped(item, own), false)
        case _ where item.isGlobalPool && current.hasTime:
            add(StepReduction(.mean, inputShape: current.shape), name: name, own)
        case _ where RecurrentItem.isRecurrent(item): try appendRecurrent(item, name: name, own)
        case ItemKind.residual.name: try appendResidual(item, name: name, own)
        default:
            guard let layer = NetworkReader.layers.first(where: { $0.words.contains { $0.name == item.kind } }) else {
                preconditionFailure("\(item.kind) makes no layer")
            }
            // What layers put out is no id.
            if layer is Embedding.Type, current.value != 0 { throw error(item, own, .areNoIDs(current.shape)) }
            let place = ItemPlace(
                inputShape: current.shape, hasTime: current.hasTime, activation: activation, initializer: initializer,
                format: format,
                randomLayer: chosen.map(RandomLayer.name) ?? .place(index))
            do throws(NetworkItemError.Problem) {
                add(try layer.init(item, place), name: name, own)
                if NormalizationItem.follows(item) {
                    let activation = item.choice("activation") ?? activation
                    add(
                        try NormalizationItem.layer(item, inputShape: current.shape, activation: activation),
                        name: name, own)
                }
            } catch {
                throw self.error(item, own, error)
            }
        }
    }

    /// The shape that an item gives the values before it.
    private func reshaped(_ item: NetworkItem, _ own: Surroundings) throws(NetworkItemError) -> [Int] {
        let shape = item.sizes("shape")
        guard shape.reduce(1, { $0.multipliedSaturating(by: $1) }) == current.shape.reduce(1, *) else {
            throw error(item, own, .otherElements(shape: shape, inputShape: current.shape))
        }
        return shape
    }

    /// The items, and the sum of their output and their input. If the shapes differ, a linear layer without bias projects the
    /// input (He et al. 2016, equation 2), with the last normalisation among the items.
    private mutating func appendResidual(
        _ item: NetworkItem, name: String, _ own: Surroundings
    ) throws(NetworkItemError) {
        let input = current
        try append(item.items, in: own)
        let output = current
        guard output.value != input.value else { throw error(item, own, .nothingToAdd) }
        let project = item.choice("project", Projection.self)
        let activation = item.choice("activation") ?? activation
        // Dense layers read a sample's values in one row, and so does a sum with their output.
        let fits = input.shape == output.shape || output.shape == [input.shape.reduce(1, *)]
        if project == .yes || project == .auto && !fits {
            // A projection of all steps would have parameters for each.
            guard !hasLengths || input.hasTime == output.hasTime else { throw error(item, own, .flattensLengths) }
            current = input
            guard let layer = projection(from: input.shape, to: output.shape) else {
                throw error(item, own, .sumOfDifferentShapes(input: input.shape, output: output.shape))
            }
            add(layer, name: "\(name)/project", own)
            if let last = NormalizationItem.last(of: item.items) {
                do throws(NetworkItemError.Problem) {
                    add(
                        try NormalizationItem.layer(last, inputShape: current.shape, activation: .identity),
                        name: "\(name)/project", own)
                } catch {
                    throw self.error(item, own, error)
                }
            }
        } else if fits {
            current = (input.value, output.shape, output.hasTime)
        } else {
            throw error(item, own, .sumOfDifferentShapes(input: input.shape, output: output.shape))
        }
        // Else a step of one would be added to the padding of the other.
        guard lengths[output.value] == lengths[current.value] else { throw error(item, own, .padsLengths) }
        add(Sum(inputShape: output.shape), name: name, inputs: [output.value, current.value], own)
        if activation != .identity {
            add(
                Elementwise(inputShape: output.shape, activation: activation), name: "\(name)/activation", own)
        }
    }

    /// A linear layer without bias: of images and sequences a convolution of one pixel with the block's stride, else dense.
    private func projection(from input: [Int], to output: [Int]) -> (any Layer)? {
        let initializer = initializer ?? .suited(to: .identity)
        guard output.count > 1 else {
            return Dense(
                inputShape: input, outputs: output[0], activation: .identity, hasBias: false, initializer: initializer,
                format: format)
        }
        guard input.count == output.count else { return nil }
        func pair(_ values: [Int]) -> ConvolutionShape.Pair {
            .init(values.count > 1 ? values[0] : 1, values[values.count - 1])
        }
        var shape = ConvolutionShape(
            inputSize: pair(input.dropLast()), inputChannels: input[input.count - 1],
            outputChannels: output[output.count - 1], window: .init(1, 1))
        let size = pair(output.dropLast())
        shape.stride = .init(
            (shape.inputSize.height + size.height - 1) / size.height,
            (shape.inputSize.width + size.width - 1) / size.width)
        guard shape.outputSize == size else { return nil }
        return Convolution(
            shape, isSequence: input.count == 2, activation: .identity, hasBias: false, initializer: initializer,
            format: format)
    }

    mutating func add(
        _ layer: any Layer, name: String, inputs: [Int]? = nil, _ own: Surroundings
    ) {
        let hasTime = current.hasTime && layer.outputShape.count == 2
        nodes.append(
            Node(
                name: name, layer: layer, inputs: inputs ?? [current.value], isTrainable: own.isTrainable,
                rate: own.rate, hasTime: hasTime))
        lengths.append(hasTime ? lengths[nodes[nodes.count - 1].inputs[0]]?.map(layer.outputSteps) : nil)
        current = (nodes.count, layer.outputShape, hasTime)
    }

    /// The error if a name is taken: of the item whose name was chosen, since the others follow from their places.
    private func clash(
        of name: String, isChosen: Bool, _ item: NetworkItem, _ own: Surroundings
    ) -> NetworkItemError? {
        if name == "output" { return error(item, own, .nameIsTaken(name)) }
        guard let former = names[name] else { return nil }
        if isChosen { return error(item, own, .nameIsTaken(name)) }
        return NetworkItemError(
            place: .init(numbers: former.numbers), item: former.item.shortText, problem: .nameIsTaken(name))
    }

    func error(
        _ item: NetworkItem, _ own: Surroundings, _ problem: NetworkItemError.Problem
    ) -> NetworkItemError {
        NetworkItemError(
            place: .init(numbers: own.numbers), item: item.shortText, problem: problem)
    }

    // MARK: The table of items

    private mutating func beginLine(_ text: String, depth: Int) -> (index: Int, firstNode: Int) {
        lines.append(NetworkLine(text: text, depth: depth))
        return (lines.count - 1, nodes.count)
    }

    /// Counts the nodes that no line within this one has.
    private mutating func end(_ begun: (index: Int, firstNode: Int)) {
        let inner = Set(lines[(begun.index + 1)...].flatMap(\.nodes))
        lines[begun.index].nodes = (begun.firstNode..<nodes.count).filter { !inner.contains($0) }
        lines[begun.index].outputShape = current.shape
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
