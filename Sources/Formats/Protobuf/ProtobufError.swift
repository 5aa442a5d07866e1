/// Why bytes are not a message of Protocol Buffers, or not the one that was expected.
///
/// An `offset` is where in the file the trouble begins; a `field` is a field's number.
package enum ProtobufError: Error, Sendable, Equatable {
    /// The message ends inside a field.
    case truncated(offset: Int)
    /// A varint has more than 64 bits.
    case longVarint(offset: Int)
    /// A field is longer than the rest of its message.
    case lengthPastEnd(offset: Int, length: UInt64, available: Int)
    /// The wire type is unknown, or that of a group, which no current file has.
    case unknownWireType(offset: Int, wireType: Int)
    /// The number of a field is 0 or too large.
    case badFieldNumber(offset: Int)
    /// The field has another wire type than its message gives it.
    case otherWireType(offset: Int, field: Int)
    /// The field's text is not UTF-8.
    case notText(offset: Int, field: Int)
    /// The length of packed numbers is no multiple of a number's.
    case partialNumber(offset: Int, field: Int)
    /// Messages are nested deeper than `limit`.
    case tooDeep(offset: Int, limit: Int)

    /// What is wrong, and where.
    package var reason: String {
        switch self {
        case .truncated(let offset): "it ends inside the field at byte \(offset)"
        case .longVarint(let offset): "the number at byte \(offset) has more than 64 bits"
        case .lengthPastEnd(let offset, let length, let available):
            "the field at byte \(offset) has a length of \(length) bytes, but only \(available) follow"
        case .unknownWireType(let offset, let wireType): "the field at byte \(offset) has the unknown type \(wireType)"
        case .badFieldNumber(let offset): "the field at byte \(offset) has an impossible number"
        case .otherWireType(let offset, let field): "field \(field) at byte \(offset) has the wrong type"
        case .notText(let offset, let field): "field \(field) at byte \(offset) is not UTF-8"
        case .partialNumber(let offset, let field): "field \(field) at byte \(offset) ends inside a number"
        case .tooDeep(let offset, let limit): "messages are nested deeper than \(limit) at byte \(offset)"
        }
    }
}
