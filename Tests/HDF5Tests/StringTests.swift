import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Strings {
        @Test(arguments: [
            ("variable", ["zero", "", "zwölf"]), ("variable_ascii", ["a", "bc"]), ("null_padded", ["a", "bcd", ""]),
            ("utf8_fixed", ["zero", "", "zwölf"]), ("space_padded", ["ab", "c d"]),
            ("null_terminated", ["ab", "cde"]),
        ])
        func everyKindThatOthersWriteIsRead(_ name: String, _ strings: [String]) throws {
            #expect(try fixture().root.dataset("strings/\(name)").readStrings() == strings)
        }

        @Test(arguments: [["zero", "", "zwölf"], [""], [], ["with\0zero"]])
        func stringsComeBackAsWritten(_ strings: [String]) throws {
            let root = try File.createInMemory().root
            let options = DatasetOptions(fletcher32: true)
            let dataset = try root.createStringDataset("x", strings: strings, options: options)
            #expect(dataset.shape == [strings.count])
            #expect(dataset.filters == (strings.isEmpty ? [] : ["fletcher32"]))
            #expect(dataset.chunkShape == (strings.isEmpty ? nil : [strings.count]))
            #expect(try root.dataset("x").readStrings() == strings)
            try root.writeStrings("x", strings)
            #expect(try root.readStrings("x") == strings)
        }

        @Test func readingNumbersAsStringsIsRefused() throws {
            let error = try failure { _ = try fixture().root.dataset("numbers/matrix").readStrings() }
            #expect(error.kind == .wrongType)
            #expect(error.detail == "elements are uint8, not string")
        }

        @Test func writingNumbersToStringsIsRefused() throws {
            let dataset = try File.createInMemory().root.createStringDataset("x", strings: ["a"])
            #expect(try failure { try dataset.write([1]) }.kind == .wrongType)
        }
    }
}
