import DurableFiles

/// The content of a safetensors file (https://github.com/huggingface/safetensors#format).
///
/// The tensors are sorted as the format's own library does it: those of larger elements first, so that all are aligned, and then
/// by name.
/// - Parameter metadata: Texts about the file, by name.
/// - Throws: `SafetensorsError.repeatedName`.
package func safetensors(
    _ tensors: [StoredTensor], metadata: [(name: String, text: String)]
) throws(SafetensorsError) -> FileParts {
    if let name = tensors.repeatedName { throw .repeatedName(name) }
    let texts = metadata.sorted { $0.name < $1.name }.map { ($0.name, JSON.string($0.text)) }
    var members = texts.isEmpty ? [] : [(SafetensorsHeader.metadataName, JSON.object(texts))]
    var data = FileParts()
    for tensor in tensors.sorted(by: { (-$0.elements.size, $0.name) < (-$1.elements.size, $1.name) }) {
        let start = data.count
        data.append(tensor.elements.bytes)
        members.append((tensor.name, headerMember(of: tensor, start: start, end: data.count)))
    }
    var header = Array(JSON.object(members).text.utf8)
    // Spaces up to a multiple of eight bytes, so that a program that maps the file finds its numbers aligned.
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    var file = FileParts()
    file.append([UInt8](littleEndian: [UInt64(header.count)]))
    file.append(header)
    file.append(data)
    return file
}

private func headerMember(of tensor: StoredTensor, start: Int, end: Int) -> JSON {
    let type =
        switch tensor.elements {
        case .floats: "F32"
        case .doubles: "F64"
        case .integers: "I64"
        }
    return .object([
        ("dtype", .string(type)), ("shape", .array(tensor.shape.map(JSON.integer))),
        ("data_offsets", .array([.integer(start), .integer(end)])),
    ])
}
