import Foundation
import HDF5
import Testing

/// Features that are so large that several child processes read them.
@Suite struct LargeDataTests {
    private let work: Workplace
    private static let (rows, width) = (3000, 700)

    init() throws { work = try Workplace() }

    private static func value(_ row: Int, _ column: Int) -> UInt8 { UInt8((row * 31 + column * 7 + row / 300) % 251) }

    /// Writes features and labels, with an invalid value at the index `spoilt` of the features.
    private func write<T: HDF5Scalar & Numeric>(
        _ name: String, rows: Range<Int> = 0..<rows, as type: T.Type, _ options: DatasetOptions = DatasetOptions(),
        spoilt: (Int, T)? = nil
    ) throws {
        try work.makeFile(name) { root in
            var values = rows.flatMap { row in
                (0..<Self.width).map { T(exactly: Self.value(row, $0)) ?? 0 }
            }
            if let (place, value) = spoilt { values[place] = value }
            let features = try root.createDataset(
                "train/features", of: T.self, shape: [rows.count, Self.width], options: options)
            try features.write(values)
            try features.writeScalar("scale", 1 / 251 as Float)
            try root.put("train/labels", rows.map { $0 % 3 })
        }
    }

    @Test func everyRowIsReadWithAnyChunks() throws {
        let layouts = [
            DatasetOptions(), DatasetOptions(chunkShape: [128, 700], gzipLevel: 1, shuffle: true, fletcher32: true),
            DatasetOptions(chunkShape: [2999, 1]), DatasetOptions(chunkShape: [3000, 700], gzipLevel: 1),
        ]
        // Small enough for a single process.
        try write("few.h5", rows: 0..<1000, as: UInt8.self)
        try work.succeed("train", work.path("few.h5"), "--layers", "5", "--max-steps", "3", "--run", "run")
        var expected: [Substring] = []
        for first in [0, 1000, 2000] {
            try write("part.h5", rows: first..<first + 1000, as: UInt8.self)
            try work.succeed("predict", "run", work.path("part.h5"), "-o", "part.csv", "--force")
            expected += try predictions("part.csv")
        }
        for (number, layout) in layouts.enumerated() {
            try write("bytes\(number).h5", as: UInt8.self, layout)
            try write("floats\(number).h5", as: Float.self, layout)
            for name in ["bytes\(number)", "floats\(number)"] {
                try work.succeed("predict", "run", work.path("\(name).h5"), "-o", "\(name).csv")
                #expect(try predictions("\(name).csv") == expected, "\(name)")
            }
        }
    }

    /// The lines of a CSV file without their row numbers.
    private func predictions(_ name: String) throws -> [Substring] {
        try work.text(name).split(separator: "\n").dropFirst()
            .map { $0[($0.firstIndex(of: ",") ?? $0.startIndex)...] }
            .map { line in Substring(line) }
    }

    @Test func theErrorOfADamagedChunkNamesItsDataset() throws {
        try write("data.h5", as: UInt8.self, DatasetOptions(chunkShape: [100, 700], fletcher32: true))
        var bytes = try work.bytes("data.h5")
        bytes[bytes.count / 2] ^= 1
        try work.write(bytes, to: "bad.h5")
        let result = try work.run(["train", "bad.h5", "--max-steps", "1"])
        #expect(result.status == 65)
        #expect(result.errors.hasPrefix("error: bad.h5: /train/features cannot be read: "), "\(result.errors)")
        #expect(result.errors.contains("checksum"), "\(result.errors)")
    }

    @Test func theErrorOfAnInfinityNamesItsRow() throws {
        try write("bad.h5", as: Float.self, spoilt: (2345 * Self.width + 6, .infinity))
        try work.expectRefusal(
            ["train", "bad.h5"], 65,
            "bad.h5: /train/features row 2345 has the value inf; every value must be a finite number")
    }
}
