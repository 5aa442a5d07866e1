import DurableFiles
import Formats
import Foundation
import HDF5
import Runs
import TestSupport
import Testing

@testable import Interchange
@testable import KerasNetworks
@testable import PortableNetworks

/// Files with some bytes changed: each gives a network, or is refused with an error of a known type.
@Suite struct KerasMutationTests {
    private static let fileCount = 500

    /// Changes bytes, cuts, or repeats a range.
    private func mutated(_ file: [UInt8], _ random: inout TestRandom) -> [UInt8] {
        var bytes = file
        for _ in 0...random.integer(below: 3) where !bytes.isEmpty {
            let place = random.integer(below: bytes.count)
            let end = min(bytes.count, place + 1 + random.integer(below: 16))
            switch random.integer(below: 12) {
            case 0: bytes.removeLast(bytes.count - place)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: random.integer(below: bytes.count))
            case 2: bytes.removeSubrange(place..<end)
            case 3: for index in place..<end { bytes[index] = [0, 0x7F, 0xFF][random.integer(below: 3)] }
            case 4...7: bytes[place] = UInt8(ascii: "0") + UInt8(random.integer(below: 10))
            default: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
            }
        }
        return bytes
    }

    /// One process reads all files, until one crashes it.
    private func expectRefusals(
        _ name: String, seed: UInt64, mutate: ([UInt8], inout TestRandom) throws -> [UInt8],
        read: (String, ReadingProcess) throws -> Void
    ) throws {
        let file = try readFile(KerasRecording.path(name))
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/\(name)"
        var random = TestRandom(seed: seed)
        var process: ReadingProcess?
        var (readCount, refusedCount) = (0, 0)
        for index in 0..<Self.fileCount {
            // Without the flush of a file that shall last.
            try Data(mutate(file, &random)).write(to: URL(filePath: path))
            let own = try process ?? ReadingProcess(.keras, reading: path, timeout: 2)
            process = own
            do {
                try read(path, own)
                readCount += 1
            } catch {
                refusedCount += 1
                let isKnown = error is ModelImportError || error is HDF5Error || error is OutOfMemory
                #expect(isKnown, "\(index): \(error)")
                if let error = error as? HDF5Error, [.crashes, .hangs, .killed].contains(error.kind) { process = nil }
            }
        }
        #expect(readCount > 0 && refusedCount > 0, "\(readCount) read, \(refusedCount) refused")
    }

    @Test func archives() throws {
        try expectRefusals("lengths.keras", seed: 1) { file, random in
            if random.integer(below: 4) == 0 { return mutated(file, &random) }
            // The checksums of an archive stop most changes, so they are made before it is.
            let archive = try ZipArchive(file)
            let changed = random.integer(below: 2) == 0 ? "config.json" : "model.weights.h5"
            var writer = ZipWriter()
            for name in archive.names {
                let content = try archive.content(of: name, limit: 1 << 20)
                try writer.append(name, name == changed ? mutated(content, &random) : content)
            }
            return try writer.finished().joined
        } read: { path, process in
            _ = try kerasNetwork(file: path, process: process).checkpoint(task: nil)
        }
    }

    @Test func legacyFiles() throws {
        try expectRefusals("keras2.h5", seed: 2, mutate: mutated) { path, process in
            _ = try kerasNetwork(file: path, process: process).checkpoint(task: nil)
        }
    }

    @Test func weights() throws {
        let checkpoint = try kerasNetwork(file: KerasRecording.path("text.keras")).checkpoint(task: nil)
        try expectRefusals("text.weights.h5", seed: 3, mutate: mutated) { path, process in
            _ = try kerasWeights(file: path, like: checkpoint, process: process)
        }
    }
}
