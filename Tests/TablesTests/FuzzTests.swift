import Foundation
import TestSupport
import Testing

@testable import Tables

/// Tables with a few bytes changed.
@Suite struct FuzzTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private struct Seed {
        let bytes: [UInt8]
        let delimiter: Delimiter
        let mark: DecimalMark
        let characterSize: Int
        /// Bytes that mean something in such a file.
        let inserts: [[UInt8]]
    }

    private static let pieces = [
        ",", ";", "\t", "|", "\"", "\"\"", "\n", "\r", "\r\n", " ", ".", "-", "+", "e", "0", "1", "123", "x", "NA", "?",
        "\n5,", ", ", " ", "2", "7", "9", "00",
        "inf", "'", "é", "1,5", "1.5", "1,234", "1.234", "1 234", "1e999", "\u{A0}", "\u{FEFF}", "yes",
    ]

    private static let seeds: [Seed] = {
        func seed(_ text: String, _ delimiter: Delimiter, _ mark: DecimalMark = .point) -> Seed {
            Seed(
                bytes: Array(text.utf8), delimiter: delimiter, mark: mark, characterSize: 1,
                inserts: pieces.map { Array($0.utf8) } + [[0], [0xE9], [0xFF]])
        }
        func wide(_ seed: Seed, isLittle: Bool, hasMark: Bool) -> Seed {
            func units(_ bytes: [UInt8]) -> [UInt8] {
                String(decoding: bytes, as: UTF8.self).utf16.flatMap { unit in
                    isLittle ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)]
                }
            }
            return Seed(
                bytes: (hasMark ? units(Array("\u{FEFF}".utf8)) : []) + units(seed.bytes), delimiter: seed.delimiter,
                mark: seed.mark, characterSize: 2,
                inserts: pieces.map { units(Array($0.utf8)) } + [[0], [0xD8, 0xDC], [0, 0]])
        }
        let numbers = (0..<12).map { "\($0),\(Double($0) * 1.37),-\($0)e-3,\($0 % 3)\n" }.joined()
        let texts = (0..<12).map { "ann \($0 % 4),\(["red", "blue", "?"][$0 % 3]),\($0),\($0 % 2 == 0 ? "a" : "b")\n" }
        let quotes = (0..<10).map { "\"a,\($0 % 3)\n\"\"b\"\"\",\"\($0)\", \"x\" ,\($0)\r\n" }
        let commas = (0..<12).map { "\($0),5;1.00\($0 % 10),25;\($0);Straße \($0 % 2)\n" }
        let pipes = (0..<10).map { "\($0)|1 00\($0)|x\($0 % 2)|0.\($0)\n" }
        let plain = [
            seed("a,b,c,d\n" + numbers, .comma),
            seed("name,color,size,kind\n" + texts.joined(), .comma),
            seed("\"p, q\",b,c,d\r\n" + quotes.joined(), .comma),
            seed("a;b;c;d\n" + commas.joined(), .semicolon, .comma),
            seed("a|b|c|d\n" + pipes.joined(), .pipe),
            seed(("a,b,c,d\n" + numbers).replacing("\n", with: "\r"), .comma),
            seed(("a,b,c,d\n" + texts.joined()).replacing(",", with: "\t"), .tab),
        ]
        return plain + [
            wide(plain[1], isLittle: true, hasMark: true), wide(plain[3], isLittle: false, hasMark: true),
            wide(plain[0], isLittle: true, hasMark: false),
        ]
    }()

    @Test func everySeedIsRead() throws {
        for seed in Self.seeds {
            let table = try files.table(bytes: seed.bytes) { $0.allowsMissing = true }
            #expect(table.format == TableFormat(hasHeader: true, delimiter: seed.delimiter, decimalMark: seed.mark))
            #expect(table.rows >= 10 && table.columns.count == 4)
        }
    }

    /// Changes one or two places of a seed.
    private static func mutated(_ seed: Seed, _ random: inout TestRandom) -> [UInt8] {
        var bytes = seed.bytes
        for _ in 0...random.integer(below: 2) where !bytes.isEmpty {
            // Between characters, mostly.
            let place = random.integer(below: bytes.count) & (random.integer(below: 8) == 0 ? -1 : -seed.characterSize)
            let end = min(bytes.count, place + seed.characterSize * (1 + random.integer(below: 8)))
            switch random.integer(below: 16) {
            case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: random.integer(below: bytes.count))
            case 3: bytes.removeLast(bytes.count - place)
            case 4: bytes.replaceSubrange(place..<end, with: seed.inserts[random.integer(below: seed.inserts.count)])
            default: bytes.insert(contentsOf: seed.inserts[random.integer(below: seed.inserts.count)], at: place)
            }
        }
        return bytes
    }

    @Test func everyMutatedTableIsRefusedOrReadAsByTheReferenceReader() throws {
        var random = TestRandom(seed: 14)
        var (read, refused) = (0, 0)
        for index in 0..<2_000 {
            let seed = Self.seeds[index % Self.seeds.count]
            let bytes = Self.mutated(seed, &random)
            let path = try files.write(bytes)
            var request = TableRequest(label: random.integer(below: 2) == 0 ? "4" : nil)
            request.allowsMissing = true
            let isTold = random.integer(below: 2) == 0
            if isTold {
                request.format = TableFormat(hasHeader: true, delimiter: seed.delimiter, decimalMark: seed.mark)
            }
            let start = processorSeconds()
            do {
                let table = try Table(contentsOf: path, request: request)
                read += 1
                expect(table, isReadLike: bytes, request, index)
            } catch let error as CSVError {
                refused += 1
                if isTold { expectRefusal(bytes, request, index, error) }
            }
            #expect(processorSeconds() - start < 1, "\(index)")
        }
        #expect(read > 500 && refused > 300, "\(read) read, \(refused) refused")
    }

    /// The time that this thread has computed.
    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func reference(_ bytes: [UInt8], _ format: TableFormat, _ request: TableRequest) throws -> ReferenceReader {
        try ReferenceReader(
            bytes, delimiter: #require(format.delimiter), mark: #require(format.decimalMark),
            hasHeader: format.hasHeader == true,
            label: request.label == nil ? nil : 3)
    }

    private func expect(_ table: Table, isReadLike bytes: [UInt8], _ request: TableRequest, _ index: Int) {
        guard let reference = try? reference(bytes, table.format, request) else {
            Issue.record("\(index): the reference reader refuses it:\n\(String(decoding: bytes, as: UTF8.self))")
            return
        }
        let isEqual =
            table.names == reference.names
            && table.columns.indices.map { table.categories($0) } == reference.categories
            && table.columns.map { $0.categories?.map(\.line) ?? [] } == reference.categoryLines
            && table.features.map(\.bitPattern) == reference.values.map(\.bitPattern)
            && (table.label?.texts ?? []) == reference.labels
            && (0..<table.rows).map(table.line(ofRow:)) == reference.lines
        #expect(isEqual, "\(index): \(table.format)\n\(String(decoding: bytes, as: UTF8.self))\n\(table)\n\(reference)")
    }

    private func expectRefusal(_ bytes: [UInt8], _ request: TableRequest, _ index: Int, _ error: CSVError) {
        guard let reference = try? reference(bytes, request.format, request) else { return }
        Issue.record("\(index): \(error), but the reference reader has \(reference)")
    }
}
