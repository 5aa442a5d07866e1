import Testing

@testable import Formats

/// recorded.zip is from Python's zipfile; Fixtures/check_formats.py lets it read what is written here.
@Suite struct ZipTests {
    private let limit = 1 << 20

    /// Changes bytes from the first place at which `found` stands in recorded.zip.
    private func changed(_ found: [UInt8], at offset: Int, to replacement: [UInt8]) throws -> [UInt8] {
        var bytes = try recorded("zip")
        let place = try #require(bytes.firstRange(of: found)).lowerBound + offset
        bytes.replaceSubrange(place..<place + replacement.count, with: replacement)
        return bytes
    }

    private func archive(_ entries: [(String, [UInt8])], alignment: Int = 1) throws -> [UInt8] {
        var writer = ZipWriter(alignment: alignment)
        for (name, content) in entries { try writer.append(name, content) }
        return try writer.finished().joined
    }

    private let directoryRecord: [UInt8] = [0x50, 0x4B, 0x01, 0x02]
    private let endRecord: [UInt8] = [0x50, 0x4B, 0x05, 0x06]

    @Test func archivesOfPythonAreRead() throws {
        let archive = try ZipArchive(recorded("zip"))
        #expect(archive.names == ["stored.txt", "folder/", "folder/deflated.txt", "empty", "straße"])
        #expect(try archive.content(of: "stored.txt", limit: limit) == Array("stored".utf8))
        let repeated = String(repeating: "Lockstep ", count: 1000)
        #expect(try archive.content(of: "folder/deflated.txt", limit: limit) == Array(repeated.utf8))
        #expect(try archive.content(of: "empty", limit: limit) == [])
        #expect(try archive.content(of: "straße", limit: limit) == Array(0...255))
    }

    @Test func archivesOfPyTorchAreRead() throws {
        let archive = try ZipArchive(recorded("pt"))
        #expect(try archive.content(of: "recorded/version", limit: limit) == Array("3\n".utf8))
        #expect(try archive.content(of: "recorded/data/2", limit: limit) == [44, 1, 0, 0, 0, 0, 0, 0])
    }

    @Test func whatIsWrittenIsRead() throws {
        let large = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let archive = try ZipArchive(archive([("größe", [1, 2]), ("folder/large", large), ("empty", [])]))
        #expect(archive.names == ["größe", "folder/large", "empty"])
        #expect(try archive.content(of: "größe", limit: limit) == [1, 2])
        #expect(try archive.content(of: "folder/large", limit: limit) == large)
        #expect(try archive.content(of: "empty", limit: limit) == [])
        #expect(try ZipArchive(self.archive([])).names == [])
    }

    @Test(arguments: [2, 64]) func dataAreAligned(alignment: Int) throws {
        for length in 1...70 {
            let name = String(repeating: "n", count: length)
            let content: [UInt8] = [0xAB, 0xCD, 0xEF]
            let bytes = try archive([(name, content), ("x" + name, content)], alignment: alignment)
            let places = bytes.ranges(of: content).map(\.lowerBound)
            #expect(places.count == 2 && places.allSatisfy { $0.isMultiple(of: alignment) })
            #expect(try ZipArchive(bytes).content(of: name, limit: limit) == content)
        }
    }

    @Test func sizesAboveTheLimitAreRefused() throws {
        let archive = try ZipArchive(recorded("zip"))
        #expect(throws: ZipError.tooLarge(entry: "folder/deflated.txt", size: 9000, limit: 8999)) {
            try archive.content(of: "folder/deflated.txt", limit: 8999)
        }
    }

    /// The size of an entry is at byte 24 of its record.
    @Test func sizesThatNoCompressionReachesAreRefused() throws {
        let bytes = try recorded("zip")
        let record = try #require(bytes.ranges(of: Array("folder/deflated.txt".utf8)).last).lowerBound - 46
        for size: [UInt8] in [[0xFE, 0xFF, 0xFF, 0xFF], [0x27, 0x23, 0, 0], [0x29, 0x23, 0, 0], [0, 0, 0, 0]] {
            var other = bytes
            other.replaceSubrange(record + 24..<record + 28, with: size)
            let archive = try ZipArchive(other)
            #expect(throws: ZipError.damagedEntry("folder/deflated.txt")) {
                try archive.content(of: "folder/deflated.txt", limit: .max)
            }
        }
    }

    @Test func damagedContentIsRefused() throws {
        let archive = try ZipArchive(changed(Array("stored.txtstored".utf8), at: 10, to: [0]))
        #expect(throws: ZipError.wrongChecksum(entry: "stored.txt")) {
            try archive.content(of: "stored.txt", limit: limit)
        }
        #expect(throws: ZipError.noSuchEntry("other")) { try archive.content(of: "other", limit: limit) }
    }

    @Test func encryptionAndOtherCompressionAreRefused() throws {
        let encrypted = try ZipArchive(changed(directoryRecord, at: 8, to: [1]))
        #expect(throws: ZipError.encrypted(entry: "stored.txt")) {
            try encrypted.content(of: "stored.txt", limit: limit)
        }
        let bzip2 = try ZipArchive(changed(directoryRecord, at: 10, to: [12]))
        #expect(throws: ZipError.unknownCompression(entry: "stored.txt", method: 12)) {
            try bzip2.content(of: "stored.txt", limit: limit)
        }
    }

    @Test func damagedDirectoriesAreRefused() throws {
        func expect(_ error: ZipError, _ bytes: [UInt8]) {
            #expect(throws: error) { try ZipArchive(bytes) }
        }
        expect(.notAnArchive, [])
        expect(.notAnArchive, try recorded("zip").dropLast())
        expect(.zip64, try changed(endRecord, at: 10, to: [0xFF, 0xFF]))
        expect(.zip64, try changed(endRecord, at: 16, to: [0xFF, 0xFF, 0xFF, 0xFF]))
        expect(.zip64, try changed(directoryRecord, at: 24, to: [0xFF, 0xFF, 0xFF, 0xFF]))
        expect(.severalDisks, try changed(endRecord, at: 4, to: [1]))
        expect(.damagedDirectory, try changed(endRecord, at: 8, to: [6, 0, 6]))
        expect(.damagedDirectory, try changed(endRecord, at: 8, to: [4, 0, 4]))
        expect(.damagedDirectory, try changed(endRecord, at: 16, to: [0xFF, 0xFF]))
        expect(.damagedDirectory, try changed(directoryRecord, at: 28, to: [0xFF]))
        expect(.damagedDirectory, try changed(directoryRecord, at: 42, to: [1]))
        expect(.damagedDirectory, try changed(directoryRecord, at: 20, to: [0, 0, 0xFF]))
        expect(.overlappingEntries, try changed(directoryRecord, at: 20, to: [7]))
    }

    @Test func equalNamesAreRefused() throws {
        #expect(throws: ZipError.repeatedName("a")) { try archive([("a", []), ("a", [])]) }
        let bytes = try archive([("a", []), ("b", [])]).map { $0 == UInt8(ascii: "b") ? UInt8(ascii: "a") : $0 }
        #expect(throws: ZipError.repeatedName("a")) { try ZipArchive(bytes) }
    }

    @Test func moreEntriesThanTheFormatCountsAreRefused() throws {
        var writer = ZipWriter()
        for index in 0..<65_534 { try writer.append("\(index)", []) }
        #expect(throws: ZipError.zip64) { try writer.append("one more", []) }
        #expect(try ZipArchive(writer.finished().joined).names.count == 65_534)
    }
}
