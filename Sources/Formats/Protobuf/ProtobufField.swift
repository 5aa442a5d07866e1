/// A field of a message, as the wire format has it.
///
/// The functions say what the message's definition takes the field for; they throw `ProtobufError` if it cannot be that.
package struct ProtobufField: Sendable {
    enum Content {
        case varint(UInt64)
        case fixed64(ArraySlice<UInt8>)
        case bytes(ArraySlice<UInt8>)
        case fixed32(ArraySlice<UInt8>)
    }

    /// The number that the message's definition gives the field.
    package let number: Int
    /// Where the field begins in the file.
    package let offset: Int
    let depth: Int
    let content: Content

    private var otherWireType: ProtobufError { .otherWireType(offset: offset, field: number) }

    /// The value of an int32, int64, bool or enum.
    /// - Throws: `ProtobufError`.
    package func integer() throws(ProtobufError) -> Int64 {
        guard case .varint(let bits) = content else { throw otherWireType }
        return Int64(bitPattern: bits)
    }

    /// The value of a float.
    /// - Throws: `ProtobufError`.
    package func float() throws(ProtobufError) -> Float {
        guard case .fixed32(let bytes) = content, let value = bytes.floats.first else { throw otherWireType }
        return value
    }

    /// The content of a field of bytes.
    /// - Throws: `ProtobufError`.
    package func bytes() throws(ProtobufError) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = content else { throw otherWireType }
        return bytes
    }

    /// The value of a string.
    /// - Throws: `ProtobufError`, also if it is not UTF-8.
    package func text() throws(ProtobufError) -> String {
        guard let text = String(validating: try bytes(), as: UTF8.self) else {
            throw .notText(offset: offset, field: number)
        }
        return text
    }

    /// A reader of the message that the field has.
    /// - Throws: `ProtobufError`, also if messages are nested deeper than `ProtobufReader.depthLimit`.
    package func message() throws(ProtobufError) -> ProtobufReader {
        let bytes = try bytes()
        guard depth < ProtobufReader.depthLimit else {
            throw .tooDeep(offset: offset, limit: ProtobufReader.depthLimit)
        }
        return ProtobufReader(bytes, depth: depth + 1)
    }

    /// The values of a repeated int32 or int64 that this field has: one, or packed ones.
    /// - Throws: `ProtobufError`.
    package func integers() throws(ProtobufError) -> [Int64] {
        guard case .bytes(let bytes) = content else { return [try integer()] }
        var values: [Int64] = []
        var reader = ProtobufReader(bytes)
        while !reader.isAtEnd { values.append(Int64(bitPattern: try reader.varint())) }
        return values
    }

    /// The values of a repeated float that this field has: one, or packed ones.
    /// - Throws: `ProtobufError`.
    package func floats() throws(ProtobufError) -> [Float] {
        if case .fixed32(let bytes) = content { return bytes.floats }
        return try packed(MemoryLayout<Float>.size).floats
    }

    /// The values of a repeated double that this field has: one, or packed ones.
    /// - Throws: `ProtobufError`.
    package func doubles() throws(ProtobufError) -> [Double] {
        if case .fixed64(let bytes) = content { return bytes.doubles }
        return try packed(MemoryLayout<Double>.size).doubles
    }

    private func packed(_ size: Int) throws(ProtobufError) -> ArraySlice<UInt8> {
        let bytes = try bytes()
        guard bytes.count.isMultiple(of: size) else { throw .partialNumber(offset: offset, field: number) }
        return bytes
    }
}
