import Glibc
import TestSupport
import Testing

@testable import Tables

/// Blocks of values, and what bounds the memory that a table takes.
@Suite struct MemoryTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private func manyRows(_ count: Int) throws -> Table {
        try files.table("a,b,c\n" + (0..<count).map { "\($0),\($0 + 1),\($0 + 2)\n" }.joined())
    }

    @Test func blocksHaveWholeRows() throws {
        let table = try manyRows(100_000)
        var (next, values) = (0, [Double]())
        table.values.forEachBlock { firstRow, rows, block in
            #expect(firstRow == next && block.count == rows * 3)
            next += rows
            values += block
        }
        #expect(next == 100_000 && table.values.rows == 100_000)
        #expect(values.enumerated().allSatisfy { $1 == Double($0 / 3 + $0 % 3) })
    }

    @Test func aRowOfMoreThanTheLimitIsRefused() throws {
        let path = try files.write("a,b\n1,\"\(String(repeating: "x\n", count: 1 << 20))".utf8)
        func read(limit: Int) throws -> Int {
            var reader = try RowReader(path: path, rowLimit: limit)
            var count = 0
            while try reader.nextRow() { count += 1 }
            return count
        }
        #expect(throws: CSVError.rowTooLong(path: path, row: 2, limit: 1 << 20)) { try read(limit: 1 << 20) }
        #expect(throws: CSVError.unterminatedQuote(path: path, row: 2)) { try read(limit: 1 << 24) }
    }

    @Test func moreColumnsThanTheLimitAreRefused() throws {
        let path = try files.write("1,2,3\n1,2,3,4\n".utf8)
        func read(limit: Int) throws {
            var reader = try RowReader(path: path, columnLimit: limit)
            while try reader.nextRow() {}
        }
        #expect(throws: CSVError.tooManyColumns(path: path, row: 2, limit: 3)) { try read(limit: 3) }
        #expect(throws: Never.self) { try read(limit: 4) }
    }

    /// The lines of 100,000 rows one after another take no memory of their own.
    @Test func linesAreStretches() {
        var lines = LineIndex()
        for line in 2..<100_000 { lines.append(line: line) }
        for line in 100_007..<200_000 { lines.append(line: line) }
        #expect(lines.stretches.count == 2 && lines[0] == 2 && lines[99_997] == 99_999 && lines[99_998] == 100_007)
    }

    @Test func readsStandardInput() throws {
        let path = try files.write("a,b\n1,2\n".utf8)
        let saved = dup(STDIN_FILENO)
        let file = open(path, O_RDONLY)
        dup2(file, STDIN_FILENO)
        defer {
            dup2(saved, STDIN_FILENO)
            close(saved)
            close(file)
        }
        let table = try Table(contentsOf: "-", request: TableRequest())
        #expect(table.path == "standard input" && table.features == [1, 2])
        #expect(throws: CSVError.empty(path: "standard input")) { try Table(contentsOf: "-", request: TableRequest()) }
    }
}
