import Foundation
import HDF5
import Testing

/// Datasets whose elements are in other files, or in none, for which HDF5 silently returns fill values.
@Suite struct StoredDataTests {
    private let work: Workplace

    /// The files were created by Fixtures/make_stored.py.
    init() throws {
        work = try Workplace()
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        for name in ["stored", "source", "short", "block0", "block1"] {
            try work.write(Data(contentsOf: fixtures.appending(path: "\(name).h5")), to: "\(name).h5")
        }
        let numbers = (0..<16).flatMap { withUnsafeBytes(of: Float($0)) { Array($0) } }
        try work.write([0, 0, 0, 0] + numbers, to: "raw.bin")
    }

    private func arguments(_ dataset: String) -> [String] {
        ["train", "stored.h5", "--features", dataset, "--labels", "labels", "--max-steps", "2", "--run", "run"]
    }

    private func expectRefusal(
        _ dataset: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try work.expectRefusal(arguments(dataset), 65, message, sourceLocation: sourceLocation)
    }

    private func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: work.path(name)) }

    @Test(arguments: [
        "virtual", "virtual_in_halves", "virtual_of_same_file", "growing", "growing_by_files", "external",
    ])
    func elementsThatAreElsewhereAreRead(dataset: String) throws {
        let digests = try ["here", dataset].map { name in
            let result = try work.run(arguments(name) + ["--force"])
            try #require(result.status == 0, "\(result.errors)")
            return try work.succeed("digest", "run")
        }
        #expect(digests[0] == digests[1])
    }

    @Test func sourceFileIsMissing() throws {
        try expectRefusal(
            "virtual_of_lost_file",
            """
            stored.h5: /virtual_of_lost_file is a virtual dataset of data in lost.h5, a file that is not there or cannot be opened
              put it back, or beside stored.h5
            """)
        try remove("source.h5")
        try expectRefusal(
            "growing",
            """
            stored.h5: /growing is a virtual dataset of growing in source.h5, a file that is not there or cannot be opened
              put it back, or beside stored.h5
            """)
    }

    @Test func sourcesAreFoundWhereHDF5FindsThem() throws {
        try work.makeDirectory("else")
        try work.write(work.bytes("source.h5"), to: "else/source.h5")
        try remove("source.h5")
        for prefix in ["nowhere:else", "${ORIGIN}/else"] {
            let result = try work.run(
                arguments("virtual") + ["--force"], environment: ["HDF5_VDS_PREFIX": prefix])
            #expect(result.status == 0, "\(result.errors)")
            #expect(try work.succeed("digest", "run") == digestOfNumbers())
        }
    }

    private func digestOfNumbers() throws -> String {
        let result = try work.run(arguments("here") + ["--force"])
        try #require(result.status == 0, "\(result.errors)")
        return try work.succeed("digest", "run")
    }

    @Test func sourceDatasetIsMissing() throws {
        try expectRefusal(
            "virtual_of_lost_dataset",
            """
            stored.h5: /virtual_of_lost_dataset is a virtual dataset of lost in source.h5, which has no such dataset
              make that file again, or map what it has
            """)
        try expectRefusal(
            "virtual_of_lost_here",
            """
            stored.h5: /virtual_of_lost_here is a virtual dataset of lost in stored.h5, which has no such dataset
              make that file again, or map what it has
            """)
    }

    @Test func sourceIsTooSmall() throws {
        try expectRefusal(
            "virtual_of_more",
            """
            stored.h5: /virtual_of_more is a virtual dataset that takes 9×2 numbers of /data in source.h5, which has 8×2
              make that file again, or map what it has
            """)
        try expectRefusal(
            "growing_unevenly",
            """
            stored.h5: /growing_unevenly is a virtual dataset that takes 8×2 numbers of /growing in short.h5, which has 5×2
              make that file again, or map what it has
            """)
    }

    @Test func elementsWithoutASource() throws {
        for (dataset, row) in [("virtual_with_gap", 3), ("virtual_with_column", 0)] {
            try expectRefusal(
                dataset,
                """
                stored.h5: /\(dataset) is a virtual dataset, and none of its sources has all of row \(row)
                  map every row to a source, or leave those rows out
                """)
        }
    }

    @Test func sourcesOfSourcesAreChecked() throws {
        try expectRefusal(
            "virtual_of_virtual",
            """
            stored.h5: /virtual_of_lost_file is a virtual dataset of data in lost.h5, a file that is not there or cannot be opened
              put it back, or beside stored.h5
            """)
        try expectRefusal(
            "virtual_of_unwritten",
            """
            ./source.h5: /unwritten was created, but nothing was ever written to it
              write its numbers, or make the file again
            """)
        try expectRefusal(
            "virtual_of_itself",
            "stored.h5: /virtual_of_itself cannot be read: virtual datasets lead to each other")
    }

    @Test(arguments: ["unwritten", "unwritten_chunks"])
    func datasetThatWasNeverWritten(dataset: String) throws {
        try expectRefusal(
            dataset,
            """
            stored.h5: /\(dataset) was created, but nothing was ever written to it
              write its numbers, or make the file again
            """)
    }

    @Test func labelsThatWereNeverWritten() throws {
        try work.expectRefusal(
            ["train", "stored.h5", "--features", "here", "--labels", "unwritten_labels"], 65,
            """
            stored.h5: /unwritten_labels was created, but nothing was ever written to it
              write its numbers, or make the file again
            """)
    }

    @Test func chunksThatWereNeverWritten() throws {
        try expectRefusal(
            "partly_written",
            """
            stored.h5: /partly_written has chunks that were never written
              write them; or, where its fill value is meant for them: h5repack -l CONTI stored.h5 whole.h5
            """)
    }

    @Test func fillValuesAreStoredByH5repack() throws {
        try work.makeFile("sparse.h5") {
            let options = DatasetOptions(chunkShape: [2, 2])
            let dataset = try $0.createDataset("X", of: Float.self, shape: [8, 2], options: options)
            try ([1, 2, 3, 4] as [Float]).withUnsafeBufferPointer { try dataset.write(rows: 2..<4, from: $0) }
            try $0.put("y", [0, 1, 0, 1, 0, 1, 0, 1])
        }
        let refused = try work.lockstep("train", "sparse.h5")
        #expect(refused.status == 65 && refused.errors.contains("has chunks that were never written"))
        _ = try work.tool("h5repack", "-l", "CONTI", "sparse.h5", "whole.h5")
        try work.succeed("train", "whole.h5", "--max-steps", "1")
    }

    @Test func externalFileIsTruncated() throws {
        try work.write(work.bytes("raw.bin").dropLast(), to: "raw.bin")
        try expectRefusal(
            "external",
            """
            stored.h5: /external lies in the file raw.bin, which is cut short: it has 67 of 68 bytes
              copy or make it again
            """)
    }

    @Test func externalFileIsMissing() throws {
        try remove("raw.bin")
        try expectRefusal(
            "external",
            """
            stored.h5: /external lies in the file raw.bin, which is not there
              put it back, or run lockstep where that name leads to it
            """)
    }
}
