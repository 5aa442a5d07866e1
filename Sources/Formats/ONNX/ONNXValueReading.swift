extension ONNXValue {
    /// Reads a ValueInfoProto.
    init(_ reader: ProtobufReader) throws {
        self.init(name: "", elementType: nil, shape: nil)
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Value.name: name = try field.text()
            case ONNXField.Value.type: try readType(field.message())
            default: break
            }
        }
    }

    private mutating func readType(_ reader: ProtobufReader) throws {
        var message = reader
        while let field = try message.next() {
            if field.number == ONNXField.Value.tensorType { try readTensorType(field.message()) }
        }
    }

    private mutating func readTensorType(_ reader: ProtobufReader) throws {
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Value.elementType: elementType = ONNXElementType(rawValue: try field.integer())
            case ONNXField.Value.shape: shape = try Self.shape(field.message())
            default: break
            }
        }
    }

    private static func shape(_ reader: ProtobufReader) throws -> [Dimension] {
        var (message, shape) = (reader, [Dimension]())
        while let field = try message.next() {
            if field.number == ONNXField.Value.dimension { shape.append(try Dimension(field.message())) }
        }
        return shape
    }
}

extension ONNXValue.Dimension {
    fileprivate init(_ reader: ProtobufReader) throws {
        self = .unknown
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case ONNXField.Value.size:
                let size = try field.integer()
                // A negative size is how some programs write an open one.
                self = size < 0 ? .unknown : .size(Int(size))
            case ONNXField.Value.sizeName: self = .named(try field.text())
            default: break
            }
        }
    }
}
