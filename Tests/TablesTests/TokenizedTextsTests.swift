import TestSupport
import Testing

@testable import Tables

/// Texts as tokens, and the ids of these.
@Suite struct TokenizedTextsTests {
    private let files: WorkFiles

    init() throws { files = try WorkFiles() }

    private func lines(_ text: String, by kind: TokenKind = .words) throws -> TokenizedTexts {
        try TokenizedTexts(lines: files.write(text.utf8, as: "lines"), by: kind)
    }

    private func table(_ text: String, column: String = "text", label: String? = nil) throws -> TokenizedTexts {
        try TokenizedTexts(table: files.write(text.utf8, as: "table"), column: column, label: label, by: .words)
    }

    private func expect(_ text: String, _ error: (_ path: String) -> SequenceFileError) {
        #expect(throws: error(files.path("lines"))) { try lines(text) }
    }

    // MARK: Tokens

    @Test func wordsStandBetweenWhiteSpaceOfUnicode() throws {
        let texts = try lines("\u{A0}The\tcat\u{3000}sat,\u{2003}the\u{1680}\u{85}Cat \u{2028}żółć 日本\u{FEFF}\n")
        #expect(texts.tokens == ["The", "cat", "sat,", "the", "Cat", "żółć", "日本\u{FEFF}"])
        #expect(texts.lengths == [7] && texts.labels == nil)
    }

    @Test func charactersAreScalars() throws {
        let texts = try lines("  añe\u{301} 👩‍🚀 \n", by: .characters)
        #expect(texts.tokens == ["a", "ñ", "e", "\u{301}", " ", "👩", "\u{200D}", "🚀"])
        #expect(texts.codes == [0, 1, 2, 3, 4, 5, 6, 7])
    }

    @Test func equalTextsOfUnicodeAreOneToken() throws {
        let texts = try lines("caf\u{E9} cafe\u{301}\n")
        #expect(texts.tokens == ["café"] && texts.codes == [0, 0])
    }

    // MARK: Lines

    @Test func theLabelIsNoToken() throws {
        for kind in TokenKind.allCases {
            let texts = try lines("__label__a x y\n\n \nx __label__b-c  y\n__label__a\n", by: kind)
            #expect(texts.labels?.texts == ["a", "b-c", "a"])
            #expect(texts.lengths == (kind == .words ? [2, 2, 0] : [3, 3, 0]))
            #expect(texts.tokens == (kind == .words ? ["x", "y"] : ["x", " ", "y"]))
            #expect((0..<3).map(texts.line) == [1, 4, 5])
        }
    }

    @Test func badLinesAreNamed() {
        expect("__label__a x\n__label__b __label__c y\n") { .severalLabels(path: $0, row: 2, labels: ["b", "c"]) }
        expect("__label__a x\ny\n") { .noLabel(path: $0, row: 2) }
        expect("\nx\n__label__a y\n") { .noLabel(path: $0, row: 2) }
        expect("__label__ x\n") { .noLabel(path: $0, row: 1) }
        expect("__label__a\n__label__b\n") { .noSteps(path: $0) }
        #expect(throws: CSVError.empty(path: files.path("lines"))) { try lines("\n  \n") }
    }

    // MARK: Tables

    @Test func aColumnOfATableHasTexts() throws {
        let texts = try table("id,text,kind\n7,\"a, b\nc\",x\n8,,y\n9,NA 12,x\n", label: "kind")
        #expect(texts.tokens == ["a,", "b", "c", "NA", "12"] && texts.lengths == [3, 0, 2])
        #expect(texts.labels?.texts == ["x", "y", "x"])
        #expect((0..<3).map(texts.line) == [2, 4, 5])
        let positions = try table("1\ta b\n2\tc\n", column: "2", label: "1")
        #expect(positions.tokens == ["a", "b", "c"] && positions.labels?.numbers() == [1, 2])
    }

    @Test func badTablesAreNamed() {
        let path = files.path("table")
        #expect(throws: SequenceFileError.noLabel(path: path, row: 3)) {
            try table("text,kind\na,x\nb,\n", label: "kind")
        }
        #expect(throws: CSVError.noSuchColumn(path: path, name: "t", available: ["text", "kind"], hasHeader: true)) {
            try table("text,kind\na,x\n", column: "t", label: "kind")
        }
        #expect(throws: CSVError.severalColumns(path: path, name: "text", columns: [1, 2], role: .content)) {
            try table("text,text\na,x\n")
        }
        #expect(throws: CSVError.twoRoles(path: path, column: "text", roles: [.content, .label])) {
            try table("text,kind\na,x\n", label: "text")
        }
        #expect(throws: CSVError.raggedRow(path: path, row: 3, expected: 2, found: 3)) {
            try table("text,kind\na,x\nb,y,z\n", label: "kind")
        }
    }

    // MARK: Vocabularies

    @Test func frequentTokensHaveSmallIDs() throws {
        let texts = try lines("b a c\nc d é\nc b \(String(repeating: "x", count: 251))\n")
        let vocabulary = Vocabulary(of: texts)
        #expect(vocabulary.tokens == ["", "c", "b", "a", "d", "é"])
        #expect(vocabulary.ids(of: texts) == [2, 3, 1, 1, 4, 5, 1, 2, 0])
        let small = Vocabulary(of: texts, size: 2)
        #expect(small.tokens == ["", "c", "b"])
        #expect(try small.ids(of: lines("d c e\u{301} b")) == [0, 1, 0, 2])
    }
}
