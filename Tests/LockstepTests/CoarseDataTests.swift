import HDF5
import Testing

/// Warnings before training and by `inspect` if values are too close together for 32-bit floats.
@Suite struct CoarseDataTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// The warnings of a training on these features, which must equal those of `inspect`.
    private func warnings<T: HDF5Scalar>(
        _ features: [T], shape: [Int], chunks: [Int]? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        try work.makeFile("data.h5") {
            let options = DatasetOptions(chunkShape: chunks)
            try $0.createDataset("train/features", of: T.self, shape: shape, options: options).write(features)
            try $0.put("train/labels", (0..<shape[0]).map { $0 % 2 })
        }
        let result = try work.lockstep("train", "data.h5", "--max-steps", "1", "--run", "run", "--force")
        #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
        let inspection = try work.succeed("inspect", "data.h5")
        let told = [result.errors, inspection].map { text in
            guard let start = text.firstRange(of: "warning: /")?.lowerBound else { return "" }
            return text[start...].split(separator: "\n").prefix(2).joined(separator: "\n")
        }
        #expect(told[0] == told[1], sourceLocation: sourceLocation)
        return told[0]
    }

    private let advice = "\n  take off what its values have in common, such as the smallest, before they are written"

    @Test func microsecondsGiveAWarning() throws {
        let times = (0..<40).map { 1_700_000_000_000_000 + $0 * 1_000_000 }
        #expect(
            try warnings(times, shape: [40]) == """
                warning: /train/features goes from 1,700,000,000,000,000 to 1,700,000,039,000,000; 32-bit floats tell apart \
                only multiples of 134,217,728 there\(advice)
                """)
        #expect(
            try warnings(times.map(UInt64.init), shape: [40]).hasPrefix("warning: /train/features goes from 1,700,"))
        #expect(
            try warnings(times.flatMap { [0.5, Double($0), Double($0) / 1e6] }, shape: [40, 3]) == """
                warning: /train/features column 1 goes from 1,700,000,000,000,000 to 1,700,000,039,000,000 (and 1 other \
                column alike); 32-bit floats tell apart only multiples of 134,217,728 there\(advice)
                """)
    }

    @Test func theWarningNamesTheElementOfASample() throws {
        var values = [Int32](repeating: 7, count: 4 * 6)
        values[6 + 5] = 16_777_217
        #expect(
            try warnings(values, shape: [4, 2, 3]) == """
                warning: /train/features at [1, 2] goes from 7 to 16,777,217; 32-bit floats tell apart only multiples of 2 \
                there\(advice)
                """)
    }

    @Test func distinctFloatsGiveNoWarning() throws {
        #expect(try warnings((0..<40).map { Double($0) / 10 }, shape: [40]) == "")
        #expect(try warnings((0..<40).map { Double($0) * 1e30 / 7 }, shape: [40]) == "")
        #expect(try warnings([1.1, 1.1, 1.1, 1.1], shape: [4]) == "")
        #expect(try warnings([1 << 40, 3 << 40, 0, 16_777_215], shape: [4]) == "")
        #expect(try warnings([1, 2, 3, 1e9] as [Float], shape: [4]) == "")
        #expect(try warnings([0, 65535, 3, 4] as [UInt16], shape: [4]) == "")
    }

    @Test func rangesOfAllReadersAreCombined() throws {
        // Values are equal within a block, and differ between blocks.
        let rows = 1 << 20
        let values = (0..<rows).flatMap { [Double($0), 1e9 + ($0 < rows / 2 ? 0 : 1)] }
        #expect(
            try warnings(values, shape: [rows, 2], chunks: [rows / 8, 2]) == """
                warning: /train/features column 1 goes from 1,000,000,000 to 1,000,000,001; 32-bit floats tell apart only \
                multiples of 64 there\(advice)
                """)
    }

    @Test func regressionTargetsGiveAWarningAndClassesDoNot() throws {
        try work.makeFile("data.h5") {
            try $0.put("X", (0..<21).map { Double($0) / 2 })
            try $0.put("y", (0..<21).map { 16_777_216 + $0 })
        }
        let result = try work.lockstep("train", "data.h5", "--loss", "mse", "--max-steps", "1", "--run", "run")
        #expect(
            result.errors.contains(
                "warning: /y goes from 16,777,216 to 16,777,236; 32-bit floats tell apart only multiples of 2 there\(advice)\n"
            ),
            "\(result.errors)")
        #expect(try work.succeed("inspect", "data.h5").contains("warning: /y goes from 16,777,216 to 16,777,236; "))
        // Few different whole numbers are classes.
        try work.makeFile("data.h5") {
            try $0.put("X", [1.5, 2, 3, 4])
            try $0.put("y", [16_777_216, 16_777_217, 16_777_218, 16_777_219])
        }
        let classes = try work.lockstep("train", "data.h5", "--max-steps", "1", "--run", "run", "--force")
        #expect(classes.status == 0 && !classes.errors.contains("warning: /y"), "\(classes.errors)")
        #expect(try !work.succeed("inspect", "data.h5").contains("warning"))
    }
}
