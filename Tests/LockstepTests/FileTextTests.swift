import HDF5
import Testing

/// Text from a file is shortened and printed on one line.
@Suite struct FileTextTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func expectCSV(_ text: String, label: String = "kind", _ message: String) throws {
        try work.write(text, to: "t.csv")
        try work.expectRefusal(["import", "csv", "--train", "t.csv", "--label", label, "-o", "new.h5"], 65, message)
    }

    @Test func fieldsInErrors() throws {
        try expectCSV(
            "x,kind\n1,a\n\"two\n\tthree\u{1B}[31m\",b\n",
            #"t.csv:3: column x has the text two\n\tthree\u{1B}[31m, but numbers elsewhere (1 in line 2)"# + "\n"
                + "  correct the cell, leave the column out (--ignore x), or take it as text (--categorical x)")
        let long = String(repeating: "long", count: 250_000)
        let shown = String(repeating: "long", count: 9) + "lon…" + String(repeating: "long", count: 5)
        try expectCSV(
            "x,kind\n1,a\n\(long),b\n",
            "t.csv:3: column x has the text \(shown), but numbers elsewhere (1 in line 2)\n"
                + "  correct the cell, leave the column out (--ignore x), or take it as text (--categorical x)")
        try expectCSV(
            "\(long),kind\n1,a\n,b\n",
            "t.csv:3: the cell of column \(shown) is empty\n  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        )
        try expectCSV("\(long),\"a\nb\"\n1,2\n", #"t.csv: there is no column kind; the columns are \#(shown), a\nb"#)
    }

    @Test func manyColumnsInErrors() throws {
        let names = (1...100_000).map { "c\($0)" }
        let numbers = names.map { _ in "1" }.joined(separator: ",")
        let first = names[..<20].joined(separator: ", ")
        try expectCSV(
            names.joined(separator: ",") + "\n" + numbers + "\n",
            "t.csv: there is no column kind; the columns are \(first) and 99,980 more")

        try work.write((names + ["kind"]).joined(separator: ",") + "\n" + numbers + ",0\n", to: "train.csv")
        let test = ["import", "csv", "--train", "train.csv", "--test", "test.csv", "--label", "kind", "-o", "new.h5"]
        try work.write(
            (names.dropLast() + ["c", "kind"]).joined(separator: ",") + "\n" + numbers + ",0\n", to: "test.csv")
        try work.expectRefusal(
            test, 65,
            "test.csv lacks the feature c100000, which the network has learned from, and has c, which it does not know\n  add it, or rename what is meant"
        )
        try work.write("x,kind\n1,0\n", to: "test.csv")
        try work.expectRefusal(
            test, 65,
            "test.csv lacks the features \(first) and 99,980 more, which the network has learned from, and has x, which it does not know\n"
                + "  add them, or rename what is meant")
    }

    @Test func classNamesInTables() throws {
        try work.makeFile("data.h5") {
            try $0.put("train/features", [1, 2, 3, 4] as [Float])
            try $0.put("train/labels", [0, 1, 0, 1]).writeStrings("classes", ["one\nline", "\u{1B}[2J"])
        }
        let output = try work.succeed("inspect", "data.h5")
        #expect(output.hasSuffix("\n\nclass      train\none\\nline      2\n\\u{1B}[2J      2\n"))
        try work.succeed("train", "data.h5", "--layers", "4", "--max-steps", "0", "--run", "run")
        let lines = try work.succeed("evaluate", "run", "data.h5").split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("label") && $0.contains("one\\nline  \\u{1B}[2J") })
    }

    /// Errors without a message of their own.
    @Test func anyOtherText() throws {
        let name = String(repeating: "x", count: 2000) + "\u{7}\r\n"
        let result = try work.run(["train", name])
        #expect(result.status == 66)
        #expect(result.errors.count < 1010 && !result.errors.dropLast().contains { $0.isNewline || $0 == "\u{7}" })
    }
}
