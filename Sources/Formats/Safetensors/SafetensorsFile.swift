/// A safetensors file in memory (https://github.com/huggingface/safetensors#format): the length of the header in eight bytes, the
/// header in JSON, and the tensors' bytes without holes.
package struct SafetensorsFile: Sendable {
    /// The largest header in bytes, as in the format's own library.
    package static let headerLimit = 100_000_000

    private struct Entry {
        let type: String
        let shape: [Int]
        let bytes: Range<Int>
    }

    private let bytes: [UInt8]
    private let entries: [String: Entry]

    /// Texts about the file, sorted by name.
    package let metadata: [(name: String, text: String)]
    /// The names of all tensors, sorted.
    package let names: [String]

    /// Reads the header, and checks where the tensors lie.
    /// - Throws: `SafetensorsError`.
    package init(_ bytes: [UInt8]) throws(SafetensorsError) {
        guard let length = bytes[...].littleEndian(at: 0, as: UInt64.self) else { throw .badHeaderLength(0) }
        let prefixSize = MemoryLayout<UInt64>.size
        guard length <= UInt64(min(bytes.count - prefixSize, Self.headerLimit)) else { throw .badHeaderLength(length) }
        let start = prefixSize + Int(length)
        let header = try SafetensorsHeader(json: bytes[prefixSize..<start])
        var entries: [String: Entry] = [:]
        var found: [(name: String, bytes: Range<Int>)] = []
        for (name, tensor) in header.tensors {
            let entry = try Self.entry(name, tensor, start: start, end: bytes.count)
            entries[name] = entry
            found.append((name, entry.bytes))
        }
        // Empty tensors come before the one that begins where they do.
        found.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        var end = start
        for (name, bytes) in found {
            guard bytes.lowerBound == end else { throw .badOffsets(tensor: name) }
            end = bytes.upperBound
        }
        guard end == bytes.count else { throw .excessBytes(bytes.count - end) }
        (self.bytes, self.entries) = (bytes, entries)
        (metadata, names) = (header.metadata, header.tensors.map(\.name))
    }

    private static func entry(
        _ name: String, _ tensor: SafetensorsHeader.Tensor, start: Int, end: Int
    ) throws(SafetensorsError) -> Entry {
        guard tensor.offsets.count == 2, 0...end - start ~= tensor.offsets[0],
            tensor.offsets[0]...end - start ~= tensor.offsets[1]
        else { throw .badOffsets(tensor: name) }
        let range = start + tensor.offsets[0]..<start + tensor.offsets[1]
        guard let count = StoredTensor.elementCount(of: tensor.shape) else { throw .wrongSize(tensor: name) }
        if let size = SafetensorsHeader.elementSize(of: tensor.type) {
            let (byteCount, isTooLarge) = count.multipliedReportingOverflow(by: size)
            guard !isTooLarge, byteCount == range.count else { throw .wrongSize(tensor: name) }
        }
        return Entry(type: tensor.type, shape: tensor.shape, bytes: range)
    }

    /// A tensor, of which numbers of half precision become floats.
    /// - Throws: `SafetensorsError`.
    package func tensor(_ name: String) throws(SafetensorsError) -> StoredTensor {
        guard let entry = entries[name] else { throw .noSuchTensor(name) }
        let bytes = bytes[entry.bytes]
        let elements: StoredTensor.Elements
        switch entry.type {
        case "F32": elements = .floats(bytes.floats)
        case "F64": elements = .doubles(bytes.doubles)
        case "I64": elements = .integers(bytes.littleEndian(Int64.self))
        case "F16": elements = .floats(bytes.littleEndian(UInt16.self).map { Float(Float16(bitPattern: $0)) })
        // The upper half of a float.
        case "BF16": elements = .floats(bytes.littleEndian(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
        default: throw .unreadableType(tensor: name, type: entry.type)
        }
        guard let tensor = StoredTensor(name: name, shape: entry.shape, elements: elements) else {
            throw .wrongSize(tensor: name)
        }
        return tensor
    }
}
