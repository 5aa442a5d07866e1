import Formats
import PortableNetworks

/// Adds operators to an ONNX graph, and gives each value and each node a name of its own.
struct ONNXGraphWriter {
    private(set) var graph = ONNXGraph()
    private var names: Set<String> = []
    private var constants: [String: String] = [:]

    init(name: String) { graph.name = name }

    /// Adds an operator with one output.
    /// - Parameter place: the layer that it belongs to, for its names.
    /// - Returns: the name of the output.
    mutating func add(
        _ operation: String, _ inputs: [String], of place: String, _ attributes: [ONNXAttribute] = []
    ) -> String {
        add(operation, inputs, of: place, outputs: [true], attributes)[0]
    }

    /// Adds an operator with several outputs.
    /// - Parameter outputs: for each output, whether it is wanted.
    /// - Returns: the names of the outputs, "" for those that are not wanted.
    mutating func add(
        _ operation: String, _ inputs: [String], of place: String, outputs: [Bool], _ attributes: [ONNXAttribute] = []
    ) -> [String] {
        let name = unused("\(place)/\(operation)")
        let outputs = outputs.map { $0 ? unused(name + ":0") : "" }
        graph.nodes.append(
            ONNXNode(operation, name: name, inputs: inputs, outputs: outputs, attributes: attributes))
        return outputs
    }

    /// Adds a constant.
    /// - Returns: its name.
    mutating func constant(_ tensor: FloatTensor, _ name: String) -> String {
        let name = unused(name)
        graph.constants.append(tensor.stored(name))
        return name
    }

    /// A constant of integers, which equal lists share: axes, shapes.
    mutating func integers(_ values: [Int]) -> String {
        let key = "integers:" + values.map(String.init).joined(separator: ",")
        return shared(key, StoredTensor(name: key, shape: [values.count], elements: .integers(values.map(Int64.init))))
    }

    /// A constant of one integer without axes.
    mutating func integer(_ value: Int) -> String {
        let key = "integer:\(value)"
        return shared(key, StoredTensor(name: key, shape: [], elements: .integers([Int64(value)])))
    }

    /// A constant of one number without axes.
    mutating func number(_ value: Float) -> String {
        let key = "number:\(value)"
        return shared(key, StoredTensor(name: key, shape: [], elements: .floats([value])))
    }

    private mutating func shared(_ key: String, _ tensor: StoredTensor?) -> String {
        guard let tensor else { preconditionFailure("a tensor has as many elements as its shape") }
        if names.insert(key).inserted { graph.constants.append(tensor) }
        return key
    }

    /// Adds an input of the graph.
    mutating func input(_ name: String, _ type: ONNXElementType, _ shape: [ONNXValue.Dimension]) -> String {
        graph.inputs.append(ONNXValue(name: unused(name), elementType: type, shape: shape))
        return name
    }

    /// Makes a value the graph's output, under a name.
    mutating func output(_ value: String, as name: String, _ shape: [ONNXValue.Dimension]) {
        for index in graph.nodes.indices {
            graph.nodes[index].inputs = graph.nodes[index].inputs.map { $0 == value ? name : $0 }
            graph.nodes[index].outputs = graph.nodes[index].outputs.map { $0 == value ? name : $0 }
        }
        graph.outputs.append(ONNXValue(name: name, elementType: .float, shape: shape))
    }

    private mutating func unused(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }
}
