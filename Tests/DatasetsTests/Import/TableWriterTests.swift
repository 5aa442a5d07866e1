import DatasetFiles
import Datasets
import HDF5
import Splits
import Tables
import TestSupport
import Testing

/// Tables written to dataset files, and read back.
@Suite struct TableWriterTests {
    private let files: WorkFiles
    private var output: String { files.path("table.h5") }

    init() throws { files = try WorkFiles() }

    private func split(_ text: String, label: String? = "label", allowsMissing: Bool = false) throws -> RawSplit {
        var request = TableRequest(label: label)
        request.allowsMissing = allowsMissing
        return try RawSplit(of: Table(contentsOf: files.write(text.utf8, as: "table.csv"), request: request))
    }

    private func write(
        _ train: RawSplit, test: RawSplit? = nil, missing: FeatureSchema.MissingPolicy = .refuse
    ) throws -> DatasetFile {
        let splits = [(SplitName.train, train)] + (test.map { [(.test, $0)] } ?? [])
        try TableWriter(splits, missing: missing).write(to: output) { _ in }
        return try DatasetFile(output)
    }

    private func labels(_ file: DatasetFile, _ split: SplitName = .train) throws -> Labels {
        try file.labels(of: #require(try file.paths(of: split)))
    }

    @Test func whatTheFileSaysOfItsFeaturesIsWhatTheTableSays() throws {
        let train = try split("a,color,label\n1.5,red,x\n2,,y\n3,blue,x\n", allowsMissing: true)
        let found = try write(train, missing: .median).features(at: "train/features").description
        #expect(found.names == ["a", "color"])
        #expect(found.categories == [nil, ["red", "blue"]])
        #expect(found.isTable && found.missing == .median)
        let values = try File.open(output).root.dataset("train/features").read(as: Double.self)
        #expect(values.map { $0.isNaN ? -1 : $0 } == [1.5, 0, 2, -1, 3, 1])
    }

    @Test(arguments: [
        ("1,255\n0,3", ElementType.integer(bits: 8, signed: false)), ("1,256\n0,3", .float(bits: 32)),
        ("1,0.5\n0,3", .float(bits: 32)), ("-1,0\n0,3", .float(bits: 32)), ("0.1,0\n0,3", .float(bits: 64)),
        ("16777217,0\n0,3", .float(bits: 64)),
    ])
    func featuresHaveTheNarrowestTypeThatHoldsThem(rows: String, type: ElementType) throws {
        let file = try write(split("a,label,b\n" + rows.replacing(",", with: ",x,") + "\n"))
        #expect(try file.description(of: "train/features").type == type)
    }

    @Test func textLabelsAreClassesInTheOrderOfTheirBytes() throws {
        let file = try write(
            split("a,label\n1,pear\n3,apple\n5,Fig\n7,pear\n"), test: split("a,label\n9,apple\n"))
        #expect(try labels(file).classNames == ["Fig", "apple", "pear"])
        guard case .integers(let ids) = try labels(file).values,
            case .integers(let test) = try labels(file, .test).values
        else {
            Issue.record("no class ids")
            return
        }
        #expect(ids == [2, 1, 0, 2] && test == [1])
    }

    @Test func wholeNumbersAndOthersStayAsTheyAre() throws {
        guard case .integers(let integers) = try labels(write(split("a,label\n1,-3\n2,99\n"))).values else {
            Issue.record("not whole")
            return
        }
        #expect(integers == [-3, 99])
        guard case .numbers(let numbers, width: 1) = try labels(write(split("a,label\n1,0.1\n2,2\n"))).values else {
            Issue.record("not numbers")
            return
        }
        #expect(numbers == [0.1, 2])
    }

    @Test func testColumnsAreBroughtIntoTheOrderOfTheTrainingTable() throws {
        let file = try write(split("a,b,label\n1,2,x\n"), test: split("b,label,a\n4,x,3\n"))
        #expect(try file.features(at: "test/features").description.names == ["a", "b"])
        #expect(try File.open(output).root.dataset("test/features").read(as: Int.self) == [3, 4])
    }

    @Test func onlySelectedRowsAreWritten() throws {
        let train = try split("a,label\n1,x\n2,y\n3,z\n4,x\n").selecting([0, 3])
        let file = try write(train)
        #expect(try File.open(output).root.dataset("train/features").read(as: Int.self) == [1, 4])
        #expect(try labels(file).classNames == ["x"])
    }

    @Test func aFailedImportLeavesTheOldFileAlone() throws {
        _ = try write(split("a,label\n1,x\n"))
        let before = try File.open(output).root.dataset("train/features").read(as: Int.self)
        #expect(throws: SchemaMismatch.self) {
            try write(split("a,label\n2,x\n"), test: split("a,label\n1,unknown\n"))
        }
        #expect(try File.open(output).root.dataset("train/features").read(as: Int.self) == before)
    }
}
