import Datasets
import DurableFiles
import Kernels
import Layers
import Models
import Networks
import RecurrentLayers
import RunSettings
import Runs
import Splits
import Stepping

extension ForeignNetwork {
    /// A checkpoint of the network, which has taken no step.
    /// - Parameter task: what the outputs are, where their activation does not tell: classes by their logits, or measurements. nil takes
    ///   them for measurements.
    /// - Throws: `ModelImportError`.
    package func checkpoint(task: LabelSchema.Task?) throws(ModelImportError) -> Checkpoint {
        var items = try ItemChain(self).items()
        guard let last = items.popLast(), last.isDense, let weight = last.tensors.first?["weight"] else {
            throw error(.noDenseOutput, at: operations.last?.name)
        }
        let outputs = weight.shape[0]
        var activation = last.activation ?? .identity
        if activation == .identity, task == .classification, outputs > 1 { activation = .softmax }
        var configuration = Configuration()
        let text = items.map(\.fullText).joined(separator: ", ")
        do {
            configuration.layers = items.isEmpty ? [] : try NetworkReader.all.items(of: text)
        } catch {
            throw self.error(.words(error))
        }
        let loss = description.flatMap { Loss(rawValue: $0.loss) } ?? Loss(suiting: activation, outputs: outputs)
        configuration.outputActivation = activation
        let schema = fitting(description?.schema, outputs: outputs) ?? openSchema(loss, outputs: outputs)
        let model: Model
        do {
            model = try Model(configuration: configuration, loss: loss, schema: schema)
        } catch .networkDoesNotFit(let error) {
            throw self.error(.doesNotFit(error))
        } catch {
            throw self.error(.settings(error))
        }
        return Checkpoint(
            model: model, parameters: try parameters(of: model.network, (items + [last]).flatMap(\.tensors)))
    }

    /// The parameters in the layout of a network whose nodes have these tensors, in their order.
    package func parameters(
        of network: Network, _ groups: [[String: FloatTensor]]
    ) throws(ModelImportError) -> FloatBuffer {
        let layout = network.layout
        guard 4 * layout.bufferCount < ProcessLimits.freeMemory else { throw error(.tooLarge) }
        let buffer = FloatBuffer(count: layout.bufferCount)
        var rest = groups[...]
        for (node, range) in zip(network.nodes, layout.nodeRanges)
        where !node.layer.tensors.isEmpty || !node.layer.statistics.isEmpty {
            guard let group = rest.popFirst() else { throw error(.tensor(node.name, expected: nil, found: nil)) }
            let parameters = buffer.view.slice(range.lowerBound, range.count)
            func fill(_ name: String, _ shape: [Int], _ place: Range<Int>) throws(ModelImportError) {
                // An output layer of other programs may have no bias.
                guard let values = group[name] else {
                    guard name == "bias" else {
                        throw error(.tensor("\(node.name)/\(name)", expected: shape, found: nil))
                    }
                    return
                }
                guard values.shape == shape else {
                    throw error(.tensor("\(node.name)/\(name)", expected: shape, found: values.shape))
                }
                guard values.values.allSatisfy(\.isFinite) else {
                    throw error(.notFinite(tensor: "\(node.name)/\(name)"))
                }
                for (index, value) in values.values.enumerated() { parameters[place.lowerBound + index] = value }
            }
            for (tensor, place) in zip(node.layer.tensors, node.layer.tensorRanges) {
                try fill(tensor.name, tensor.shape, place)
            }
            for (statistic, place) in zip(node.layer.statistics, node.layer.statisticRanges) {
                try fill(statistic.name, [statistic.count], place)
            }
        }
        return buffer
    }

    /// The schema that Lockstep wrote into the file, if the network still has its inputs and outputs.
    private func fitting(_ schema: Schema?, outputs: Int) -> Schema? {
        guard let schema, let loss = description.flatMap({ Loss(rawValue: $0.loss) }),
            (try? schema.labels.encoding(for: loss))?.0.outputs == outputs
        else { return nil }
        let (own, said) = (inputShape.reduce(1, *), schema.features.inputShape.reduce(1, *))
        return hasLengths || own == said ? schema : nil
    }

    /// The schema of a network of which nobody says what its numbers mean.
    private func openSchema(_ loss: Loss, outputs: Int) -> Schema {
        let features = FeatureSchema(
            sampleShape: inputShape, axes: axes, names: nil, categories: [],
            elementType: "float32", scale: 1, offset: 0, standardization: .none,
            missing: .init(policy: .refuse, fills: []), allowsUnseen: false, ranges: FeatureRanges(count: 1)
        ).scaled(by: scaling, hasLengths: hasLengths)
        var labels = openLabels(loss, outputs: outputs)
        labels.areOfSteps = outputsAreOfSteps
        return Schema(features: features, labels: labels)
    }

    private func openLabels(_ loss: Loss, outputs: Int) -> LabelSchema {
        func names(_ count: Int) -> [String] {
            classNames.count == count ? classNames : (0..<count).map(String.init)
        }
        switch loss {
        case .crossEntropy: return LabelSchema(kind: .classes, classNames: names(outputs), width: 1)
        case .binaryCrossEntropy where outputs == 1:
            return LabelSchema(kind: .classes, classNames: names(2), width: 1)
        case .binaryCrossEntropy: return LabelSchema(kind: .binary, classNames: [], width: outputs)
        default: return LabelSchema(kind: .numbers, classNames: [], width: outputs)
        }
    }
}

extension Checkpoint {
    /// Parameters that come from another program, and have taken no step.
    package init(model: Model, parameters: FloatBuffer) {
        self.init(
            model: model, fingerprint: DataFingerprint([]), progress: TrainingProgress(), history: [],
            parameters: parameters, slots: [])
    }
}

extension Loss {
    /// The loss that a network with this output activation was most likely trained with.
    fileprivate init(suiting activation: Activation, outputs: Int) {
        switch activation {
        case .softmax where outputs > 1: self = .crossEntropy
        case .sigmoid: self = .binaryCrossEntropy
        default: self = .meanSquaredError
        }
    }
}

extension FeatureSchema {
    /// The same schema with what a network's first operations do to raw values.
    fileprivate func scaled(by scaling: InputScaling?, hasLengths: Bool) -> FeatureSchema {
        var schema = self
        schema.hasLengths = hasLengths
        guard let scaling else { return schema }
        if scaling.shape.isEmpty {
            // One number for all is how files say what their bytes mean.
            schema.scale = scaling.factor[0]
            schema.offset = scaling.shift[0] == 0 ? 0 : -scaling.shift[0] * scaling.factor[0]
            return schema
        }
        schema.standardization = Standardization(
            kind: .feature, grouping: scaling.shape.count == 1 && inputShape.count > 1 ? channelGrouping : .each,
            shift: scaling.shift, divisor: scaling.factor.map { $0 == 0 ? 0 : 1 / $0 })
        return schema
    }

    private var channelGrouping: FeatureGrouping {
        let channels = inputShape[inputShape.count - 1]
        return inputOrder == nil ? .lastAxis(channels) : .firstAxis(channels)
    }
}
