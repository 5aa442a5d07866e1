extension ONNXModel {
    /// Reads a model file.
    /// - Throws: `ProtobufError` for a damaged file or one of another format, `ONNXError`.
    package init(_ bytes: [UInt8]) throws {
        var (message, hasGraph) = (ProtobufReader(bytes[...]), false)
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Model.formatVersion: formatVersion = try field.integer()
            case ONNXField.Model.producer: producer = try field.text()
            case ONNXField.Model.producerVersion: producerVersion = try field.text()
            case ONNXField.Model.graph:
                graph = try ONNXGraph(field.message())
                hasGraph = true
            case ONNXField.Model.operatorSets: operatorSets.append(try OperatorSet(field.message()))
            case ONNXField.Model.entries: entries.append(try Entry(field.message()))
            default: break
            }
        }
        guard hasGraph else { throw ONNXError.noGraph }
    }
}

extension ONNXModel.OperatorSet {
    fileprivate init(_ reader: ProtobufReader) throws {
        self.init(version: 0)
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.OperatorSet.domain: domain = try field.text()
            case ONNXField.OperatorSet.version: version = try field.integer()
            default: break
            }
        }
    }
}

extension ONNXModel.Entry {
    fileprivate init(_ reader: ProtobufReader) throws {
        self.init()
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Entry.key: key = try field.text()
            case ONNXField.Entry.text: text = try field.text()
            default: break
            }
        }
    }
}

extension ONNXGraph {
    fileprivate init(_ reader: ProtobufReader) throws {
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Graph.nodes: nodes.append(try ONNXNode(field.message()))
            case ONNXField.Graph.name: name = try field.text()
            case ONNXField.Graph.constants: constants.append(try StoredTensor(onnx: field.message()))
            case ONNXField.Graph.inputs: inputs.append(try ONNXValue(field.message()))
            case ONNXField.Graph.outputs: outputs.append(try ONNXValue(field.message()))
            default: break
            }
        }
    }
}

extension ONNXNode {
    fileprivate init(_ reader: ProtobufReader) throws {
        self.init("", name: "", inputs: [], outputs: [])
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Node.inputs: inputs.append(try field.text())
            case ONNXField.Node.outputs: outputs.append(try field.text())
            case ONNXField.Node.name: name = try field.text()
            case ONNXField.Node.operation: operation = try field.text()
            case ONNXField.Node.attributes: attributes.append(try ONNXAttribute(field.message()))
            case ONNXField.Node.domain: domain = try field.text()
            default: break
            }
        }
    }
}

extension ONNXAttribute {
    fileprivate init(_ reader: ProtobufReader) throws {
        var (name, type) = ("", Int64(0))
        var (float, integer, text, tensor) = (Float(0), Int64(0), "", StoredTensor?.none)
        var (floats, integers, texts) = ([Float](), [Int64](), [String]())
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Attribute.name: name = try field.text()
            case ONNXField.Attribute.type: type = try field.integer()
            case ONNXField.Attribute.float: float = try field.float()
            case ONNXField.Attribute.integer: integer = try field.integer()
            case ONNXField.Attribute.text: text = try field.text()
            case ONNXField.Attribute.tensor: tensor = try StoredTensor(onnx: field.message())
            case ONNXField.Attribute.floats: floats += try field.floats()
            case ONNXField.Attribute.integers: integers += try field.integers()
            case ONNXField.Attribute.texts: texts.append(try field.text())
            default: break
            }
        }
        let value: Value =
            switch (type, tensor) {
            case (ONNXAttributeType.float, _): .float(float)
            case (ONNXAttributeType.integer, _): .integer(integer)
            case (ONNXAttributeType.text, _): .text(text)
            case (ONNXAttributeType.tensor, let tensor?): .tensor(tensor)
            case (ONNXAttributeType.floats, _): .floats(floats)
            case (ONNXAttributeType.integers, _): .integers(integers)
            case (ONNXAttributeType.texts, _): .texts(texts)
            default: .other(type: type)
            }
        self.init(name, value)
    }
}
