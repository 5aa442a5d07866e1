import Foundation
import Testing

@testable import Formats

/// recorded.safetensors is from the format's own library; Fixtures/check_formats.py lets it read what is written here.
@Suite struct SafetensorsTests {
    private func file(_ header: String, dataSize: Int) -> [UInt8] {
        [UInt8](littleEndian: [UInt64(header.utf8.count)]) + Array(header.utf8) + [UInt8](repeating: 0, count: dataSize)
    }

    private func member(_ name: String, _ shape: String, _ start: Int, _ end: Int, type: String = "F32") -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
    }

    @Test func filesOfTheLibraryAreRead() throws {
        let file = try SafetensorsFile(recorded("safetensors"))
        #expect(file.metadata.map(\.name) == ["a\"b", "made by"])
        #expect(file.metadata.map(\.text) == ["é\n", "safetensors"])
        #expect(file.names == ["brain", "double", "empty", "half", "integer", "mask", "single"])
        let single: [Float] = [0.5, -1.25, 3e38, 0x1p-149, 0.1, -0.0]
        #expect(try file.tensor("single") == tensor("single", [2, 3], single))
        #expect(try file.tensor("double") == tensor("double", [2], [1 / 3, -1e300] as [Double]))
        #expect(try file.tensor("half") == tensor("half", [4], [1, -0.5, 65504, 0x1p-24] as [Float]))
        #expect(try file.tensor("brain") == tensor("brain", [2, 2], [1, -2, 3.140625, .infinity] as [Float]))
        #expect(try file.tensor("integer") == tensor("integer", [], [-3] as [Int64]))
        #expect(try file.tensor("empty") == tensor("empty", [0, 4], [] as [Float]))
        #expect(throws: SafetensorsError.unreadableType(tensor: "mask", type: "BOOL")) { try file.tensor("mask") }
        #expect(throws: SafetensorsError.noSuchTensor("other")) { try file.tensor("other") }
    }

    @Test func whatIsWrittenIsRead() throws {
        let tensors = [
            try tensor("b", [2, 1], [0.5, .nan] as [Float]), try tensor("c", [], [-1 / 3] as [Double]),
            try tensor("a", [0], [] as [Float]), try tensor("ä\n", [3], [1, .min, .max] as [Int64]),
        ]
        let bytes = try safetensors(tensors, metadata: [("z", "1"), ("a", "\"2\"")]).joined
        let file = try SafetensorsFile(bytes)
        #expect(file.names == ["a", "b", "c", "ä\n"])
        #expect(file.metadata.map(\.name) == ["a", "z"] && file.metadata.map(\.text) == ["\"2\"", "1"])
        for tensor in tensors {
            let read = try file.tensor(tensor.name)
            #expect(read.shape == tensor.shape && read.elements.bytes == tensor.elements.bytes)
        }
        #expect(try SafetensorsFile(safetensors([], metadata: []).joined).names.isEmpty)
    }

    @Test func allElementsAreAligned() throws {
        let tensors = [try tensor("a", [1], [1] as [Float]), try tensor("b", [1], [2] as [Double])]
        let bytes = try safetensors(tensors, metadata: [("key", "value")]).joined
        let start = try #require(bytes[...].littleEndian(at: 0, as: UInt64.self))
        #expect(start.isMultiple(of: 8))
        #expect(Array(bytes[(Int(start) + 8)...]) == tensors[1].elements.bytes + tensors[0].elements.bytes)
    }

    @Test func theOrderOfTheTensorsDoesNotMatter() throws {
        let tensors = [try tensor("a", [1], [1] as [Float]), try tensor("b", [1], [2] as [Float])]
        #expect(
            try safetensors(tensors, metadata: []).joined == safetensors(tensors.reversed(), metadata: []).joined)
    }

    @Test func equalNamesAreRefused() throws {
        let tensors = [try tensor("a", [1], [1] as [Float]), try tensor("a", [1], [2] as [Float])]
        #expect(throws: SafetensorsError.repeatedName("a")) { try safetensors(tensors, metadata: []) }
    }

    @Test func tensorsMustLieWithoutHolesOrOverlap() throws {
        func expect(_ error: SafetensorsError, _ members: [String], _ size: Int) {
            let bytes = file("{" + members.joined(separator: ",") + "}", dataSize: size)
            #expect(throws: error) { try SafetensorsFile(bytes) }
        }
        expect(.badOffsets(tensor: "a"), [member("a", "[1]", 4, 8)], 8)
        expect(.badOffsets(tensor: "b"), [member("a", "[2]", 0, 8), member("b", "[1]", 4, 8)], 8)
        expect(.badOffsets(tensor: "b"), [member("a", "[1]", 0, 4), member("b", "[1]", 8, 12)], 12)
        expect(.badOffsets(tensor: "b"), [member("a", "[1]", 0, 4), member("b", "[1]", 0, 4)], 4)
        expect(.badOffsets(tensor: "a"), [member("a", "[2]", 0, 8)], 7)
        expect(.badOffsets(tensor: "a"), [member("a", "[1]", -4, 0)], 4)
        expect(.badOffsets(tensor: "a"), [member("a", "[1]", 4, 0)], 4)
        expect(.badOffsets(tensor: "a"), ["\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}"], 4)
        expect(.excessBytes(1), [member("a", "[1]", 0, 4)], 5)
        expect(.wrongSize(tensor: "a"), [member("a", "[3]", 0, 8)], 8)
        expect(.wrongSize(tensor: "a"), [member("a", "[-1, -2]", 0, 8)], 8)
        expect(.wrongSize(tensor: "a"), [member("a", "[4294967296, 4294967296, 2]", 0, 8)], 8)
        expect(.wrongSize(tensor: "a"), [member("a", "[4611686018427387904]", 0, 0)], 0)
        expect(.wrongSize(tensor: "a"), [member("a", "[0, 4294967296, 4294967296]", 0, 0)], 0)
    }

    /// The parser keeps one of them, so the bytes of the other one are a hole.
    @Test func equalNamesInAHeaderAreRefused() {
        let members = [member("a", "[1]", 0, 4), member("a", "[1]", 4, 8)]
        let bytes = file("{" + members.joined(separator: ",") + "}", dataSize: 8)
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes) }
    }

    @Test func emptyTensorsLieWhereOthersBegin() throws {
        let members = [member("a", "[1]", 0, 4), member("b", "[0]", 4, 4), member("c", "[0]", 0, 0)]
        let file = try SafetensorsFile(file("{" + members.joined(separator: ",") + "}", dataSize: 4))
        #expect(try file.names.map { try file.tensor($0).elements.count } == [1, 0, 0])
    }

    @Test func damagedHeadersAreRefused() throws {
        #expect(throws: SafetensorsError.badHeaderLength(0)) { try SafetensorsFile([1, 2]) }
        #expect(throws: SafetensorsError.badHeaderLength(.max)) {
            try SafetensorsFile([UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8))
        }
        #expect(throws: SafetensorsError.badHeaderLength(3)) {
            try SafetensorsFile([3, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8))
        }
        for header in [
            "", "[]", " {}", "{", "{\"a\":1}", "{\"a\":{\"dtype\":1,\"shape\":[],\"data_offsets\":[0,4]}}",
            "{\(member("a", "[1.5]", 0, 4))}", "{\"__metadata__\":{\"a\":1}}",
            String(repeating: "{\"a\":", count: 100_000),
        ] {
            #expect(throws: SafetensorsError.badHeader) { try SafetensorsFile(file(header, dataSize: 4)) }
        }
    }
}
