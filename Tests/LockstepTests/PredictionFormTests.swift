import Foundation
import Testing

/// Predictions on standard output, and the most probable classes.
@Suite struct PredictionFormTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.succeed("train", data("digits.h5"), "--epochs", "1", "--layers", "16", "--quiet", "--run", "run")
    }

    @Test func standardOutputHasTheLinesOfAFile() throws {
        try work.succeed("predict", "run", data("digits.h5"), "-o", "out.csv")
        let text = try work.text("out.csv")
        #expect(try work.succeed("predict", "run", data("digits.h5")) == text)
        #expect(try work.succeed("predict", "run", data("digits.h5"), "-o", "-") == text)
    }

    @Test func topNamesTheMostProbableClasses() throws {
        let all = try work.succeed("predict", "run", data("digits.h5")).split(separator: "\n")
        let top = try work.succeed("predict", "run", data("digits.h5"), "--top", "3").split(separator: "\n")
        #expect(top[0] == "row,class1,probability1,class2,probability2,class3,probability3")
        #expect(top.count == 361)
        for (line, other) in zip(all, top).dropFirst() {
            let cells = line.split(separator: ",").map(String.init)
            let outputs = cells.dropFirst(2).enumerated().map { (name: "\($0)", value: $1) }
            let sorted = try outputs.sorted { try #require(Float($0.value)) > #require(Float($1.value)) }
            let expected = [cells[0]] + sorted.prefix(3).flatMap { [$0.name, $0.value] }
            #expect(other == expected.joined(separator: ","))
            #expect(cells[1] == sorted[0].name)
        }
    }

    @Test func topThatMeansNothingIsRefused() throws {
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "--top", "11"], 64, "--top must be at most 10 (got 11)")
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "--top", "2", "-o", "out.h5"], 64,
            "--top goes with a .csv as --output; an .h5 has all outputs\n  see lockstep predict --help")
    }

    @Test func aReaderThatGoesEndsItQuietly() throws {
        let result = try work.shell("lockstep predict run \(data("digits.h5")) | head -n 1")
        #expect(result.errors == "" && result.output == "row,prediction,0,1,2,3,4,5,6,7,8,9\n")
    }
}
