extension ONNXModel {
    /// Readers of Protocol Buffers take no message of 2 GiB or more.
    private static let sizeLimit = Int(Int32.max)

    /// The content of the model's file.
    /// - Throws: `ONNXError.tooLarge`, `.unwritableAttribute`.
    package func file() throws(ONNXError) -> FileParts {
        for node in graph.nodes {
            for attribute in node.attributes {
                guard case .other = attribute.value else { continue }
                throw .unwritableAttribute(node: node.name, attribute: attribute.name)
            }
        }
        let parts = ProtobufWriter { write(to: &$0) }.parts
        guard parts.count <= Self.sizeLimit else { throw .tooLarge(size: parts.count) }
        return parts
    }

    private func write(to message: inout ProtobufWriter) {
        message.append(ONNXField.Model.formatVersion, integer: formatVersion)
        message.append(ONNXField.Model.producer, text: producer)
        message.append(ONNXField.Model.producerVersion, text: producerVersion)
        message.append(ONNXField.Model.graph) { graph.write(to: &$0) }
        for set in operatorSets {
            message.append(ONNXField.Model.operatorSets) {
                $0.append(ONNXField.OperatorSet.domain, text: set.domain)
                $0.append(ONNXField.OperatorSet.version, integer: set.version)
            }
        }
        for entry in entries {
            message.append(ONNXField.Model.entries) {
                $0.append(ONNXField.Entry.key, text: entry.key)
                $0.append(ONNXField.Entry.text, text: entry.text)
            }
        }
    }
}

extension ONNXGraph {
    fileprivate func write(to message: inout ProtobufWriter) {
        for node in nodes { message.append(ONNXField.Graph.nodes) { node.write(to: &$0) } }
        message.append(ONNXField.Graph.name, text: name)
        for constant in constants { message.append(ONNXField.Graph.constants) { constant.write(onnx: &$0) } }
        for value in inputs { message.append(ONNXField.Graph.inputs) { value.write(to: &$0) } }
        for value in outputs { message.append(ONNXField.Graph.outputs) { value.write(to: &$0) } }
    }
}

extension ONNXNode {
    fileprivate func write(to message: inout ProtobufWriter) {
        for input in inputs { message.append(ONNXField.Node.inputs, text: input) }
        for output in outputs { message.append(ONNXField.Node.outputs, text: output) }
        message.append(ONNXField.Node.name, text: name)
        message.append(ONNXField.Node.operation, text: operation)
        for attribute in attributes { message.append(ONNXField.Node.attributes) { attribute.write(to: &$0) } }
        if !domain.isEmpty { message.append(ONNXField.Node.domain, text: domain) }
    }
}

extension ONNXAttribute {
    private typealias Field = ONNXField.Attribute

    fileprivate func write(to message: inout ProtobufWriter) {
        message.append(Field.name, text: name)
        let type: Int64
        switch value {
        case .float(let value):
            message.append(Field.float, float: value)
            type = ONNXAttributeType.float
        case .integer(let value):
            message.append(Field.integer, integer: value)
            type = ONNXAttributeType.integer
        case .text(let value):
            message.append(Field.text, text: value)
            type = ONNXAttributeType.text
        case .tensor(let value):
            message.append(Field.tensor) { value.write(onnx: &$0) }
            type = ONNXAttributeType.tensor
        case .floats(let values):
            message.append(Field.floats, packed: values)
            type = ONNXAttributeType.floats
        case .integers(let values):
            message.append(Field.integers, packed: values)
            type = ONNXAttributeType.integers
        case .texts(let values):
            for value in values { message.append(Field.texts, text: value) }
            type = ONNXAttributeType.texts
        case .other(let number): type = number
        }
        message.append(Field.type, integer: type)
    }
}

extension ONNXValue {
    private typealias Field = ONNXField.Value

    fileprivate func write(to message: inout ProtobufWriter) {
        message.append(Field.name, text: name)
        guard let elementType else { return }
        message.append(Field.type) {
            $0.append(Field.tensorType) { type in
                type.append(Field.elementType, integer: elementType.rawValue)
                guard let shape else { return }
                type.append(Field.shape) { message in
                    for dimension in shape { message.append(Field.dimension) { dimension.write(to: &$0) } }
                }
            }
        }
    }
}

extension ONNXValue.Dimension {
    fileprivate func write(to message: inout ProtobufWriter) {
        switch self {
        case .size(let size): message.append(ONNXField.Value.size, integer: Int64(size))
        case .named(let name): message.append(ONNXField.Value.sizeName, text: name)
        case .unknown: break
        }
    }
}
