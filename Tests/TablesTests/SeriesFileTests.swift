import TestSupport
import Testing

@testable import Tables

/// Time series of the UCR and UEA archives.
@Suite struct SeriesFileTests {
    private let files: WorkFiles

    init() throws { files = try WorkFiles() }

    private func series(_ text: String, allowsMissing: Bool = false) throws -> SeriesFile {
        try SeriesFile(contentsOf: files.write(text.utf8, as: "series"), allowsMissing: allowsMissing)
    }

    private func expect(_ text: String, _ error: (_ path: String) -> SequenceFileError) {
        #expect(throws: error(files.path("series"))) { try series(text) }
    }

    // MARK: Rows of the UCR archive

    @Test func aRowHasItsClassFirst() throws {
        let found = try series("1\t0.5\t-2e-1\t3\n\n-1\t4\t5\t6\n")
        #expect(found.channels == 1 && found.lengths == [3, 3])
        #expect(found.values == [0.5, -0.2, 3, 4, 5, 6])
        #expect(found.labels.texts == ["1", "-1"] && found.kindOfLabels == .classes(nil))
        #expect(found.line(ofSeries: 0) == 1 && found.line(ofSeries: 1) == 3)
    }

    @Test func missingValuesAtTheEndArePadding() throws {
        let found = try series("a\t1\t2\tNaN\tNaN\r\nb\t3\tNaN\t4\tNaN\r\nc\tNaN\tNaN\tNaN\tNaN", allowsMissing: true)
        #expect(found.lengths == [2, 3, 0])
        #expect(found.values.map(\.description) == ["1.0", "2.0", "3.0", "nan", "4.0"])
        expect("a\t1\t2\nb\t3\tNaN\t4\t?\n") { .missingValue(path: $0, row: 2, value: 2) }
    }

    @Test func badRowsAreNamed() {
        expect("1 2 3\n") { .noValues(path: $0, row: 1) }
        expect("1\t2\n?\t2\n") { .noLabel(path: $0, row: 2) }
        expect("1\t2\tx\n") { .notANumber(path: $0, row: 1, text: "x") }
        expect("1\t2\n1\t1e39\n") { .notFinite(path: $0, row: 2, text: "1e39") }
        expect("1\tNaN\n1\t\n") { .noSteps(path: $0) }
        #expect(throws: CSVError.empty(path: files.path("series"))) { try series("# nothing\n\n") }
        #expect(throws: CSVError.zeroByte(path: files.path("series"), row: 2)) { try series("1\t2\n1\t\0\n") }
    }

    // MARK: .ts files

    private static let header = "#of two channels\n%\n\n@problemName X\n@timeStamps FALSE\n@univariate false\n"

    @Test func aCaseHasItsDimensionsBetweenColons() throws {
        let found = try series(
            Self.header + "@dimensions 2\n@equalLength false\n@classLabel true up down\n@data\n"
                + "1,2, 3:4,5,6:down\n#more\n7:8:up\n")
        #expect(found.channels == 2 && found.lengths == [3, 1])
        #expect(found.values == [1, 4, 2, 5, 3, 6, 7, 8])
        #expect(found.labels.texts == ["down", "up"] && found.kindOfLabels == .classes(["up", "down"]))
        #expect(found.line(ofSeries: 1) == 13)
    }

    @Test func targetsAreMeasurements() throws {
        let found = try series("@targetlabel true\n@data\n1,2:0.25\n3,4:-1\n")
        #expect(found.kindOfLabels == .measurements && found.labels.numbers() == [0.25, -1])
        expect("@targetlabel true\n@data\n1,2:high\n") { .notANumber(path: $0, row: 3, text: "high") }
        expect("@targetlabel true\n@data\n1,2:?\n") { .noLabel(path: $0, row: 3) }
    }

    @Test func withoutLabelsAllAreDimensions() throws {
        let found = try series("@classLabel false\n@data\n1,2:3,4\n5,?:7,8\n", allowsMissing: true)
        #expect(found.channels == 2 && found.kindOfLabels == .none && found.labels.count == 0)
        #expect(found.values[6].isNaN)
        expect("@classLabel false\n@data\n1,2:3,4\n5,6:7,?\n") { .missingValue(path: $0, row: 4, value: 2) }
    }

    @Test func seriesOfOtherLengthsThanTheHeaderSaysAreRefused() throws {
        let lines = "@data\n1,2:3,4:a\n5:6:a\n"
        expect("@equalLength true\n@classLabel true a\n" + lines) {
            .unequalLength(path: $0, row: 5, expected: 2, found: 1)
        }
        #expect(try series("@equalLength false\n@classLabel true a\n" + lines).lengths == [2, 1])
    }

    @Test func badFilesAreNamed() {
        expect("@timestamps true\n@data\n") { .hasTimeStamps(path: $0, row: 1) }
        expect("@classLabel true a\n1,2:a\n") { .badHeader(path: $0, row: 2, text: "1,2:a") }
        expect("@dimensions none\n") { .badHeader(path: $0, row: 1, text: "@dimensions none") }
        expect("@classLabel true a a\n") { .badHeader(path: $0, row: 1, text: "@classLabel true a a") }
        expect("@timestamps false\n@attribute a\n") { .badHeader(path: $0, row: 2, text: "@attribute a") }
        expect("@univariate\n") { .badHeader(path: $0, row: 1, text: "@univariate") }
        expect("@classLabel true a\n") { .noData(path: $0) }
        expect("@classLabel true a\n@data\n1,2:3:a\n") { .unequalDimensions(path: $0, row: 3, lengths: [2, 1]) }
        expect("@classLabel true a\n@data\n1:2:a\n1:a\n") {
            .otherDimensions(path: $0, row: 4, expected: 2, found: 1)
        }
        expect("@univariate true\n@classLabel true a\n@data\n1:2:a\n") {
            .otherDimensions(path: $0, row: 4, expected: 1, found: 2)
        }
        expect("@classLabel true a b\n@data\n1:c\n") {
            .notAClass(path: $0, row: 3, text: "c", classes: ["a", "b"])
        }
        expect("@classLabel true a b\n@data\n1:?\n") { .noLabel(path: $0, row: 3) }
        expect("@classLabel true a b\n@data\na\n") { .noValues(path: $0, row: 3) }
        expect("@univariate true\n@data\n(0,1),(1,2)\n") { .notANumber(path: $0, row: 3, text: "(0") }
    }

    // MARK: Lines

    /// Lines that blocks cut anywhere, with the line ends of all systems, compressed or not.
    @Test(arguments: ["\n", "\r\n", "\r"])
    func longFilesAreReadBlockByBlock(end: String) throws {
        let rows = (0..<2000).map { row in "\(row % 3)\t" + (0...row % 97).map { "\(row * $0)" }.joined(separator: "\t")
        }
        let text = Array(rows.joined(separator: end).utf8)
        for path in [try files.write(text), try files.writeGzip(text)] {
            let found = try SeriesFile(contentsOf: path, allowsMissing: false)
            #expect(found.lengths == (0..<2000).map { $0 % 97 + 1 })
            #expect(found.values == (0..<2000).flatMap { row in (0...row % 97).map { Float(row * $0) } })
            #expect((0..<2000).allSatisfy { found.line(ofSeries: $0) == $0 + 1 })
        }
    }

    @Test func aLineMayBeLongerThanABlock() throws {
        let found = try series("1\t" + Array(repeating: "0.125", count: 200_000).joined(separator: "\t"))
        #expect(found.lengths == [200_000])
    }
}
