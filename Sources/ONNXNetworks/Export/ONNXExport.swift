import Formats
import Kernels
import Layers
import Networks
import PortableNetworks
import RecurrentLayers
import Runs

/// Writes a trained network as an ONNX model, whose input are the raw values of files, [samples, …] with the channels last, and whose
/// output are the network's outputs.
///
/// ONNX's windows and normalisations have channels first, so values go from one order to the other where a layer needs it.
package struct ONNXExport {
    /// Of the operators: the first with group normalisation by channels.
    static let operatorSet: Int64 = 21
    /// Of the format, which came with these operators.
    private static let formatVersion: Int64 = 10

    let network: PortableNetwork
    var writer = ONNXGraphWriter(name: "lockstep")
    /// The names of each value in our order, and with channels first.
    private var plain: [Int: String] = [:]
    private var channelsFirst: [Int: String] = [:]
    /// The shape of a sample of each value.
    private var shapes: [[Int]]
    /// For sequences of different lengths, the lengths of each value, [samples].
    var lengths: [String?]
    /// For each of these lengths, whether each step is one of its sequence.
    var masks: [String: String] = [:]
    /// The lengths as the model's input, int32, which recurrent operators read.
    private(set) var lengthInput = ""

    /// - Throws: `ONNXError` if the file would be too large.
    package static func file(of network: PortableNetwork) throws -> Exported {
        var export = ONNXExport(network)
        export.addInputs()
        for (index, node) in network.network.nodes.enumerated() { export.add(node, value: index + 1) }
        return try export.finished()
    }

    private init(_ network: PortableNetwork) {
        self.network = network
        shapes = [network.network.inputShape] + network.network.nodes.map(\.layer.outputShape)
        lengths = Array(repeating: nil, count: shapes.count)
    }

    // MARK: Input and output

    private mutating func addInputs() {
        let steps = ONNXValue.Dimension.named("steps")
        let sample = network.network.inputShape.map(ONNXValue.Dimension.size)
        let shape = [.named("samples")] + (network.hasLengths ? [steps] + sample.dropFirst() : sample)
        var value = writer.input("input", network.readsIDs ? .int64 : .float, shape)
        if network.hasLengths {
            lengthInput = writer.input("lengths", .int32, [.named("samples")])
            lengths[0] = writer.add("Cast", [lengthInput], of: "lengths", [.init("to", .integer(7))])
        }
        if let scaling = network.scaling {
            let factor = FloatTensor(shape: scaling.shape, values: scaling.factor.map(Float.init))
            if scaling.shift.contains(where: { $0 != 0 }) {
                let shift = FloatTensor(shape: scaling.shape, values: scaling.shift.map(Float.init))
                value = writer.add("Sub", [value, writer.constant(shift, "scaling.shift")], of: "scaling")
            }
            value = writer.add("Mul", [value, writer.constant(factor, "scaling.factor")], of: "scaling")
        }
        plain[0] = value
    }

    private mutating func finished() throws -> Exported {
        let (last, objective) = (shapes.count - 1, network.network.objective)
        var output = value(last)
        if objective.loss.isFused {
            output = activated(output, objective.outputActivation, of: "output", isOfRows: true, shape: shapes[last])
        }
        var shape = [ONNXValue.Dimension.named("samples"), .size(objective.outputs)]
        if let steps = network.network.outputSteps {
            shape.insert(network.hasLengths ? .named("steps") : .size(steps), at: 1)
        }
        writer.output(output, as: "output", shape)
        var model = ONNXModel()
        (model.formatVersion, model.graph) = (Self.formatVersion, writer.graph)
        (model.producer, model.producerVersion) = ("lockstep", lockstepVersion)
        model.operatorSets = [.init(version: Self.operatorSet)]
        model.entries = [.init(key: NetworkDescription.key, text: try NetworkDescription(of: network.model).text())]
        return Exported(
            file: try model.file().arrays, notes: network.hasLengths ? [.lengthsAreInput("lengths")] : [])
    }

    // MARK: Values in the order that an operator reads

    /// A value in our order, with the channels last.
    mutating func value(_ index: Int) -> String {
        if let name = plain[index] { return name }
        let rank = shapes[index].count + 1
        let name = writer.add(
            "Transpose", [channelsFirst[index] ?? ""], of: place(of: index),
            [.init("perm", .integers([0] + (2..<rank).map(Int64.init) + [1]))])
        plain[index] = name
        return name
    }

    /// A value as a layer reads it, which may take its elements in another shape.
    mutating func value(_ index: Int, as shape: [Int]) -> String {
        if shapes[index] == shape { return value(index) }
        let place = place(of: index)
        // The number of steps may be open.
        if shape == shapes[index] + [1] {
            return writer.add("Unsqueeze", [value(index), writer.integers([-1])], of: place)
        }
        return writer.add("Reshape", [value(index), writer.integers([-1] + shape)], of: place)
    }

    /// A value with the channels before height and width, or before time, as a layer reads it.
    mutating func valueWithChannelsFirst(_ index: Int, as shape: [Int]) -> String {
        if shapes[index] == shape, let name = channelsFirst[index] { return name }
        let rank = shape.count + 1
        let order = [0, Int64(rank - 1)] + (1..<rank - 1).map(Int64.init)
        let name = writer.add(
            "Transpose", [value(index, as: shape)], of: place(of: index), [.init("perm", .integers(order))])
        if shapes[index] == shape { channelsFirst[index] = name }
        return name
    }

    /// The shape of a sample of a value.
    func shape(of value: Int) -> [Int] { shapes[value] }

    /// Whether a value is at hand with the channels first, and would have to be brought into our order.
    func isChannelsFirst(_ index: Int) -> Bool { plain[index] == nil }

    mutating func set(_ index: Int, _ name: String, channelsFirst isFirst: Bool = false) {
        (plain[index], channelsFirst[index]) = isFirst ? (nil, name) : (name, nil)
    }

    /// Sets a value that is [samples, steps, channels], also where it was [samples, steps].
    mutating func setSteps(_ index: Int, _ name: String) {
        if shapes[index].count == 1 { shapes[index].append(1) }
        set(index, name)
    }

    private func place(of value: Int) -> String { value == 0 ? "input" : network.network.nodes[value - 1].name }
}
