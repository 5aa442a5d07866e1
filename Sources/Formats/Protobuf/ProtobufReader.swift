/// Reads the fields of one message in the wire format of Protocol Buffers
/// (https://protobuf.dev/programming-guides/encoding).
///
/// All that it returns are slices of the given bytes, so a damaged length allocates nothing.
package struct ProtobufReader: Sendable {
    /// How deep messages may be nested, as in Google's own libraries.
    package static let depthLimit = 100

    private var rest: ArraySlice<UInt8>
    private let depth: Int

    /// A reader of the message that `bytes` are. Offsets in errors are indices of the slice.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.init(bytes, depth: 1)
    }

    init(_ bytes: ArraySlice<UInt8>, depth: Int) {
        rest = bytes
        self.depth = depth
    }

    /// The next field, known or not; nil at the end of the message.
    /// - Throws: `ProtobufError`.
    package mutating func next() throws(ProtobufError) -> ProtobufField? {
        guard !rest.isEmpty else { return nil }
        let offset = rest.startIndex
        let tag = try varint()
        let number = tag >> 3
        guard 1..<1 << 29 ~= number else { throw .badFieldNumber(offset: offset) }
        let content: ProtobufField.Content
        switch tag & 7 {
        case 0: content = .varint(try varint())
        case 1: content = .fixed64(try take(8, of: offset))
        case 2: content = .bytes(try take(try varint(), of: offset))
        case 5: content = .fixed32(try take(4, of: offset))
        case let wireType: throw .unknownWireType(offset: offset, wireType: Int(wireType))
        }
        return ProtobufField(number: Int(number), offset: offset, depth: depth, content: content)
    }

    /// Whether all has been read.
    var isAtEnd: Bool { rest.isEmpty }

    /// A number in groups of seven bits, the lowest first; the highest bit of a byte says that another one follows.
    mutating func varint() throws(ProtobufError) -> UInt64 {
        let offset = rest.startIndex
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw .truncated(offset: offset) }
            // The tenth byte has the last one of 64 bits.
            guard shift < 63 || byte < 2 else { break }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw .longVarint(offset: offset)
    }

    private mutating func take(_ length: UInt64, of offset: Int) throws(ProtobufError) -> ArraySlice<UInt8> {
        guard length <= UInt64(rest.count) else {
            throw .lengthPastEnd(offset: offset, length: length, available: rest.count)
        }
        defer { rest = rest.dropFirst(Int(length)) }
        return rest.prefix(Int(length))
    }
}
