/// Why a safetensors file cannot be read or written.
package enum SafetensorsError: Error, Sendable, Equatable {
    /// The file is shorter than the header that it begins with, or the header is longer than `SafetensorsFile.headerLimit`.
    case badHeaderLength(UInt64)
    /// The header is not the JSON that the format has.
    case badHeader
    /// The tensor's shape and type do not have as many bytes as its offsets say.
    case wrongSize(tensor: String)
    /// The tensor's bytes lie outside of the file, or those of another tensor or of none lie before them.
    case badOffsets(tensor: String)
    /// Bytes that belong to no tensor follow the last one.
    case excessBytes(Int)
    case noSuchTensor(String)
    /// The tensor's elements are of a type that cannot be read, such as I32.
    case unreadableType(tensor: String, type: String)
    case repeatedName(String)

    /// What is wrong, and where.
    package var reason: String {
        switch self {
        case .badHeaderLength(let length): "the file cannot have a header of \(length) bytes"
        case .badHeader: "the header is not the JSON of a safetensors file"
        case .wrongSize(let name): "the tensor \"\(name)\" has another number of bytes than its shape and type"
        case .badOffsets(let name): "the bytes of the tensor \"\(name)\" do not follow those of the one before it"
        case .excessBytes(let count): "\(count) bytes belong to no tensor"
        case .noSuchTensor(let name): "the file has no tensor \"\(name)\""
        case .unreadableType(let name, let type):
            "the tensor \"\(name)\" is of type \(type), not F16, BF16, F32, F64 or I64"
        case .repeatedName(let name): "two tensors are named \"\(name)\""
        }
    }
}
