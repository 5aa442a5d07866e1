import Testing

@testable import Formats

/// recorded.pt is from torch.save; Fixtures/check_torch.py lets torch.load read what is written here.
@Suite struct TorchFileTests {
    private let limit = 1 << 20

    static func tensors() throws -> [StoredTensor] {
        [
            try tensor("layer.weight", [2, 3], [0.5, -1.25, 2, 0.25, 0, 0x1p-149] as [Float]),
            try tensor("layer.bias", [2], [1 / 3, -1e300] as [Double]), try tensor("count", [], [300] as [Int64]),
            try tensor("empty", [2, 0, 3], [] as [Float]),
        ]
    }

    @Test func theProgramMakesWhatPyTorchsMakes() throws {
        let (file, recorded) = (try ZipArchive(torchFile(Self.tensors()).joined), try ZipArchive(recorded("pt")))
        let program = try file.content(of: "archive/data.pkl", limit: limit)
        let other = try recorded.content(of: "recorded/data.pkl", limit: limit)
        #expect(try Unpickler.value(of: program) == Unpickler.value(of: other))
    }

    @Test func theStoragesEqualPyTorchs() throws {
        let (file, recorded) = (try ZipArchive(torchFile(Self.tensors()).joined), try ZipArchive(recorded("pt")))
        for name in ["data/0", "data/1", "data/2", "data/3", "version", "byteorder"] {
            let content = try file.content(of: "archive/\(name)", limit: limit)
            #expect(try content == recorded.content(of: "recorded/\(name)", limit: limit), "\(name)")
        }
    }

    @Test func equalNamesAreRefused() throws {
        let tensors = try Self.tensors() + Self.tensors()
        #expect(throws: ZipError.repeatedName("layer.weight")) { try torchFile(tensors) }
    }
}
