extension StoredTensor {
    private typealias Field = ONNXField.Tensor

    /// Reads a TensorProto, whose elements are in its bytes or in the field of their type.
    init(onnx reader: ProtobufReader) throws {
        var (name, shape, type, location) = ("", [Int](), ONNXElementType(rawValue: 0), Int64(0))
        var (floats, doubles, integers, bytes) = ([Float](), [Double](), [Int64](), ArraySlice<UInt8>?.none)
        var message = reader
        while let field = try message.next() {
            switch field.number {
            case Field.name: name = try field.text()
            case Field.shape: shape += try field.integers().map(Int.init)
            case Field.type: type = ONNXElementType(rawValue: try field.integer())
            case Field.floats: floats += try field.floats()
            case Field.integers: integers += try field.integers()
            case Field.doubles: doubles += try field.doubles()
            case Field.bytes: bytes = try field.bytes()
            case Field.location: location = try field.integer()
            default: break
            }
        }
        guard location == 0 else { throw ONNXError.externalData(tensor: name) }
        let elements: Elements
        switch type {
        case .float: elements = .floats(bytes?.floats ?? floats)
        case .double: elements = .doubles(bytes?.doubles ?? doubles)
        case .int64: elements = .integers(bytes?.littleEndian(Int64.self) ?? integers)
        default: throw ONNXError.unreadableType(tensor: name, type: type.rawValue)
        }
        // The bytes may end inside an element.
        guard bytes.map({ $0.count == elements.count * elements.size }) ?? true,
            let tensor = StoredTensor(name: name, shape: shape, elements: elements)
        else { throw ONNXError.wrongSize(tensor: name) }
        self = tensor
    }

    /// Writes a TensorProto, with its elements as bytes, which large models need.
    func write(onnx message: inout ProtobufWriter) {
        message.append(Field.shape, packed: shape.map(Int64.init))
        message.append(Field.type, integer: elements.onnxType.rawValue)
        message.append(Field.name, text: name)
        message.append(Field.bytes, bytes: elements.bytes)
    }
}

extension StoredTensor.Elements {
    fileprivate var onnxType: ONNXElementType {
        switch self {
        case .floats: .float
        case .doubles: .double
        case .integers: .int64
        }
    }
}
