import Foundation
import HDF5
import Testing

/// Trainings give the same values for any number of workers, and the pinned digests of this kind of machine.
@Suite(.serialized) struct PinnedDigestTests {
    private struct Pin: Hashable {
        /// "oneDNN 2.6.3, avx2, revision 3, CVector x86-64-v3"
        let arithmetic: String
        /// Arguments of `lockstep train`.
        let training: String
        let digest: String

        var line: String { "\(arithmetic) | \(training) | \(digest)" }
    }

    private static let file = "Tests/LockstepTests/Fixtures/pinned-digests.txt"
    private let work: Workplace
    private let pins: [Pin]

    init() throws {
        work = try Workplace()
        pins = try Self.text(Self.file).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
            try #require(parts.count == 3, "\(line)")
            return Pin(arithmetic: parts[0], training: parts[1], digest: parts[2])
        }
    }

    private static func text(_ name: String) throws -> String {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: repository.appending(path: name), encoding: .utf8)
    }

    /// All trainings without duplicates, in the order of the file.
    private var trainings: [String] {
        pins.map(\.training).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The digest of a training on this machine, which must be the same for any number of workers.
    private func pin(_ training: String, _ environment: [String: String]) throws -> Pin {
        let arguments = training.replacing("data/", with: data("")).split(separator: " ").map(String.init)
        let results = try [1, 2, 3, 8].map { workers in
            let options = ["--workers", "\(workers)", "--run", "run", "--force", "--quiet"]
            let result = try work.run(["train"] + arguments + options, environment: environment)
            try #require(result.status == 0, "\(result.errors)")
            return try work.open("run/latest").root.readString("numbers")
        }
        #expect(Set(results).count == 1, "\(training): \(results)")
        let start = try #require(work.metrics("run").first)
        let arithmetic = try #require(start["arithmetic"] as? String)
        let machine = try #require(start["machine"] as? String)
        let instructions = try #require(machine.split(separator: "; ").last)
        return Pin(arithmetic: "\(arithmetic), \(instructions)", training: training, digest: results[0])
    }

    /// With all instructions of this CPU, and limited to AVX2.
    @Test func trainingsHaveThePinnedDigests() throws {
        var known: Set<String> = []
        for environment in [[:], ["ONEDNN_MAX_CPU_ISA": "AVX2"]] {
            let first = try pin(trainings[0], environment)
            // This CPU may have nothing beyond AVX2.
            guard known.insert(first.arithmetic).inserted else { continue }
            let found = try [first] + trainings.dropFirst().map { try pin($0, environment) }
            let expected = pins.filter { $0.arithmetic == first.arithmetic }
            if expected.isEmpty {
                print("No digests are pinned for \(first.arithmetic). \(Self.file) would have them with these lines:")
                for pin in found { print(pin.line) }
            } else {
                #expect(found == expected)
            }
        }
    }

    /// The README has the digests of one machine, for the trainings without --max-steps.
    @Test func theReadmeHasThePinnedDigests() throws {
        let readme = try Self.text("README.md")
        let arithmetic = try String(#require(readme.firstMatch(of: /These hold for `([^`]*)`/)).1)
        let rows = readme.matches(of: /\n\| `(data\/[^`]*)` \| `(sha256:[0-9a-f]{64})` \|/).map {
            Pin(arithmetic: arithmetic, training: String($0.1), digest: String($0.2))
        }
        #expect(!rows.isEmpty)
        #expect(rows == pins.filter { $0.arithmetic == arithmetic && !$0.training.contains("--max-steps") })
    }
}
