/// Why a file that has the wire format of Protocol Buffers is not a model that can be read or written.
package enum ONNXError: Error, Sendable, Equatable {
    /// The model has no graph, so that it is none.
    case noGraph
    /// The tensor's elements are of a type that cannot be read; the number is the format's.
    case unreadableType(tensor: String, type: Int64)
    /// The tensor's elements are in another file.
    case externalData(tensor: String)
    /// The tensor has another number of elements than its shape.
    case wrongSize(tensor: String)
    /// The model would be larger than 2 GiB, the most that readers of the format take.
    case tooLarge(size: Int)
    /// An attribute of a type that can be read but not written.
    case unwritableAttribute(node: String, attribute: String)

    /// What is wrong, and where.
    package var reason: String {
        switch self {
        case .noGraph: "the file has no graph, so it is no ONNX model"
        case .unreadableType(let name, let type):
            "the tensor \"\(name)\" is of ONNX's type \(type), not float, double or int64"
        case .externalData(let name): "the elements of the tensor \"\(name)\" are in another file"
        case .wrongSize(let name): "the tensor \"\(name)\" has another number of elements than its shape"
        case .tooLarge(let size): "the model has \(size) bytes, and ONNX files have at most 2 GiB"
        case .unwritableAttribute(let node, let attribute):
            "the attribute \"\(attribute)\" of the node \"\(node)\" is of a type that cannot be written"
        }
    }
}
