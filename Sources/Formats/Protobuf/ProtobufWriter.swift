/// Writes one message in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding).
///
/// Fields are written in the order of the calls; Google's libraries write them in the order of their numbers.
package struct ProtobufWriter: Sendable {
    /// The message so far.
    package private(set) var parts = FileParts()

    /// An empty message.
    package init() {}

    /// A message that `write` fills.
    package init(_ write: (inout ProtobufWriter) -> Void) {
        write(&self)
    }

    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes) = (value, [UInt8]())
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private mutating func tag(_ field: Int, _ wireType: WireType) {
        parts.append(Self.varint(UInt64(field) << 3 | wireType.rawValue))
    }

    /// Appends an int32, int64, bool or enum.
    package mutating func append(_ field: Int, integer value: Int64) {
        tag(field, .varint)
        parts.append(Self.varint(UInt64(bitPattern: value)))
    }

    /// Appends a float.
    package mutating func append(_ field: Int, float value: Float) {
        tag(field, .fixed32)
        parts.append([UInt8](littleEndian: [value.bitPattern]))
    }

    /// Appends a double.
    package mutating func append(_ field: Int, double value: Double) {
        tag(field, .fixed64)
        parts.append([UInt8](littleEndian: [value.bitPattern]))
    }

    /// Appends a string.
    package mutating func append(_ field: Int, text: String) {
        append(field, bytes: Array(text.utf8))
    }

    /// Appends a field of bytes.
    package mutating func append(_ field: Int, bytes: [UInt8]) {
        tag(field, .bytes)
        parts.append(Self.varint(UInt64(bytes.count)))
        parts.append(bytes)
    }

    /// Appends a message that `write` fills.
    package mutating func append(_ field: Int, message write: (inout ProtobufWriter) -> Void) {
        let message = Self(write)
        tag(field, .bytes)
        parts.append(Self.varint(UInt64(message.parts.count)))
        parts.append(message.parts)
    }

    /// Appends a repeated float, packed.
    package mutating func append(_ field: Int, packed values: [Float]) {
        append(field, bytes: [UInt8](littleEndian: values.map(\.bitPattern)))
    }

    /// Appends a repeated int64, packed.
    package mutating func append(_ field: Int, packed values: [Int64]) {
        append(field, bytes: values.flatMap { Self.varint(UInt64(bitPattern: $0)) })
    }
}
