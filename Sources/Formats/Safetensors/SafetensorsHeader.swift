import Foundation

/// The JSON header of a safetensors file.
struct SafetensorsHeader: Decodable {
    /// What the header says of one tensor.
    struct Tensor: Decodable {
        let type: String
        let shape: [Int]
        /// Where the tensor's bytes begin and end, counted from the end of the header.
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case type = "dtype"
            case shape
            case offsets = "data_offsets"
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The name of the member that is no tensor.
    static let metadataName = "__metadata__"

    /// Texts about the file, sorted by name.
    let metadata: [(name: String, text: String)]
    /// The tensors, sorted by name.
    let tensors: [(name: String, Tensor)]

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        let texts = try members.decodeIfPresent([String: String].self, forKey: Key(stringValue: Self.metadataName))
        metadata = (texts ?? [:]).sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
        // A dictionary's keys have no order.
        let names = members.allKeys.map(\.stringValue).filter { $0 != Self.metadataName }.sorted()
        tensors = try names.map { ($0, try members.decode(Tensor.self, forKey: Key(stringValue: $0))) }
    }

    /// - Throws: `SafetensorsError.badHeader`.
    init(json: ArraySlice<UInt8>) throws(SafetensorsError) {
        guard json.first == UInt8(ascii: "{"),
            let header = try? JSONDecoder().decode(Self.self, from: Data(json))
        else { throw .badHeader }
        self = header
    }

    /// The bytes of one element of each type that has whole bytes.
    static func elementSize(of type: String) -> Int? {
        switch type {
        case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0": 1
        case "I16", "U16", "F16", "BF16": 2
        case "I32", "U32", "F32": 4
        case "I64", "U64", "F64", "C64": 8
        default: nil
        }
    }
}
