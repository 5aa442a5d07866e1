import Foundation
import TestSupport
import Testing

/// `lockstep predict RUN -`: rows of the standard input are answered on the standard output as they come.
@Suite struct PredictionStreamTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.writeTable("train.csv", header: "x,y,kind") { $0 }
        try work.writeTable("rows.csv", header: "x,y") { [$0[0], $0[1]] }
        try work.trainTable("train.csv", "--label", "kind")
    }

    /// Sends each row only after the answer to the one before it, and returns the answers.
    private func conversation(_ file: String, options: String = "") throws -> Command.Result {
        let script = """
            coproc LOCKSTEP { exec '\(work.lockstepPath)' predict run - \(options); }
            answers=${LOCKSTEP[0]} rows=${LOCKSTEP[1]}
            exec 3<\(file)
            if [ -n "$HEADER" ]; then read -r row <&3; echo "$row" >&$rows; fi
            read -r row <&3; echo "$row" >&$rows
            read -t 60 -r answer <&$answers && echo "$answer"
            read -t 60 -r answer <&$answers && echo "$answer"
            while read -r row <&3; do
                echo "$row" >&$rows
                read -t 60 -r answer <&$answers || exit 9
                echo "$answer"
            done
            """
        return try Command(tool: "bash").run(
            ["-c", script], in: work.path("."),
            environment: ["HEADER": file == "rows.csv" ? "yes" : ""])
    }

    @Test func eachRowIsAnsweredBeforeTheNextOneComes() throws {
        let result = try conversation("rows.csv")
        try #require(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 41 && lines[0] == "row,prediction,high,low")
        // As a whole file, to the last bits of a float, which depend on how many rows are multiplied at once.
        let whole = try work.succeed("predict", "run", "rows.csv").split(separator: "\n")
        #expect(whole[0] == lines[0])
        for (line, other) in zip(lines, whole).dropFirst() {
            let (cells, others) = (line.split(separator: ","), other.split(separator: ","))
            #expect(cells[0] == others[0] && cells[1] == others[1])
            for (cell, other) in zip(cells, others).dropFirst(2) {
                #expect(try abs(#require(Float(cell)) - #require(Float(other))) < 1e-5)
            }
        }
    }

    @Test func rowsThatComeTogetherHaveTheAnswersOfRowsThatComeAlone() throws {
        let alone = try conversation("rows.csv").output
        #expect(try work.shell("cat rows.csv | lockstep predict run -").output == alone)
        #expect(try work.shell("lockstep predict run - < rows.csv").output == alone)
        #expect(try work.shell("lockstep predict run - --workers 1 < rows.csv").output == alone)
    }

    @Test func aHeaderIsNotNeeded() throws {
        _ = try work.shell("tail -n +2 rows.csv > bare.csv")
        let result = try conversation("bare.csv")
        #expect(result.status == 0)
        let named = try work.shell("cat rows.csv | lockstep predict run -").output
        #expect(result.output == named)
    }

    /// A line may come in pieces, and the last one without its end.
    @Test func piecesOfLinesAreWaitedFor() throws {
        let line = "(printf 'x,'; sleep 0.2; printf 'y\\n1,'; sleep 0.2; printf '2\\n3,4') | lockstep predict run -"
        let result = try work.shell(line)
        try #require(result.status == 0, "\(result.errors)")
        try work.write("x,y\n1,2\n3,4\n", to: "two.csv")
        #expect(try work.shell("lockstep predict run - < two.csv").output == result.output)
    }

    @Test func aRowThatIsWrongEndsItAfterThoseBeforeIt() throws {
        for (rows, message) in [
            (
                "x,y\n1,2\n3,4\n5,six\n7,8\n",
                "standard input:4: column y must be a number (got six)"
            ),
            ("x,y\n1,2\n3,4\n5\n7,8\n", "standard input:4: has 1 field, the first row has 2"),
        ] {
            try work.write(rows, to: "wrong.csv")
            let result = try work.shell("cat wrong.csv | lockstep predict run -")
            #expect(result.status == 65)
            #expect(result.output.split(separator: "\n").map { $0.prefix(2) } == ["ro", "0,", "1,"])
            #expect(
                result.errors.hasPrefix("note: answered 2 rows before the one that is wrong\nerror: \(message)"),
                "\(result.errors)")
        }
        // What is wrong with the first row is all there is to say.
        let result = try work.shell("printf 'x,y\\n1,one\\n' | lockstep predict run -")
        #expect(result.status == 65 && result.output == "" && result.errors.hasPrefix("error: standard input:2: "))
    }

    @Test func nothingIsAnError() throws {
        for text in ["", "x,y\\n"] {
            let result = try work.shell("printf '\(text)' | lockstep predict run -")
            #expect(result.status == 65 && result.errors.hasPrefix("error: standard input: "), "\(result.errors)")
            #expect(result.output == "")
        }
        let result = try work.shell("gzip -c rows.csv | lockstep predict run -")
        #expect(
            result.status == 65
                && result.errors.hasPrefix(
                    "error: standard input: compressed with gzip, not a table of text\n  unpack it: gzip -dc FILE | lockstep"
                ))
    }

    @Test func aReaderThatGoesEndsItQuietly() throws {
        for source in ["(echo x,y; yes 1,2)", "cat rows.csv"] {
            let line = "\(source) | lockstep predict run - | head -n 2; echo ${PIPESTATUS[1]}"
            let result = try Command(tool: "bash").run(
                ["-c", line.replacing("lockstep", with: work.lockstepPath)], in: work.path("."))
            #expect(result.errors == "")
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0] == "row,prediction,high,low")
            // The shorter table may be answered before the reader goes.
            #expect(lines.last == "141" || source.hasPrefix("cat") && lines.last == "0")
        }
    }

    @Test func notesAreToldOnceOfTheFirstRowThatTheyHoldFor() throws {
        let result = try work.shell("(echo x,y; seq -f '%g,1e9' 1 50) | lockstep predict run -")
        #expect(result.status == 0)
        #expect(result.errors.split(separator: "\n").filter { $0.hasPrefix("note: ") }.count == 1, "\(result.errors)")
        #expect(result.output.split(separator: "\n").count == 51)
    }

    @Test func rowsWithMissingValuesAreLeftOutAndCounted() throws {
        try work.trainTable("train.csv", "--label", "kind", "--missing", "drop-row")
        let result = try work.shell("printf 'x,y\\n?,1\\n1,2\\n3,?\\n4,5\\n' | lockstep predict run -")
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").map { $0.prefix(2) } == ["ro", "1,", "3,"])
        #expect(result.errors == "note: standard input: 2 of 4 rows are left out for lack of values\n")
    }

    @Test func samplesKeepTheirNames() throws {
        let result = try work.shell("printf 'who,y,x\\nAnn,1,2\\nBob,3,4\\n' | lockstep predict run - --id who")
        #expect(result.output.split(separator: "\n").map { $0.prefix(4) } == ["who,", "Ann,", "Bob,"])
    }

    /// 300,000 rows take 5 MB as numbers, and more as texts.
    @Test func memoryDoesNotGrowWithTheRows() throws {
        let script = """
            mkfifo rows
            '\(work.lockstepPath)' predict run - < rows > answers & process=$!
            exec 3> rows
            echo x,y >&3
            for count in 20000 300000; do
                yes 1.5,2.5 | head -n $count >&3
                answered=$((answered + count))
                until [ "$(wc -l < answers)" -gt $answered ]; do sleep 0.1; done
                grep VmRSS /proc/$process/status
            done
            tail -n 1 answers
            """
        let result = try Command(tool: "bash").run(["-c", script], in: work.path("."))
        let sizes = result.output.matches(of: /VmRSS:\s+([0-9]+) kB/).compactMap { Int($0.1) }
        try #require(sizes.count == 2, "\(result.output) \(result.errors)")
        #expect(sizes[1] - sizes[0] < 4000, "\(sizes)")
        #expect(result.output.contains("\n319999,"))
    }
}
