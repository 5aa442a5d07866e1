import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Attributes {
        @Test func attributesThatH5pyWroteAreRead() throws {
            let dataset = try fixture().root.dataset("numbers/matrix")
            #expect(try dataset.attributeNames() == ["bytes", "counts", "scale", "text", "words"])
            #expect(try dataset.readString("text") == "héllo")
            #expect(try dataset.readString("bytes") == "fixed")
            #expect(try dataset.readStrings("words") == ["zero", "", "zwölf"])
            #expect(try dataset.readScalar("scale", as: Float.self) == 1 / 256)
            #expect(try dataset.read("counts", as: Int.self) == [1, 2, 3])
            #expect(try dataset.attributeShape("counts") == [3])
            #expect(try dataset.attributeShape("text") == [])
            #expect(try dataset.attributeType("counts") == .integer(bits: 32, signed: true))
            #expect(try dataset.attributeType("words") == .string)
        }

        @Test func attributesAreReadAsWritten() throws {
            let file = try File.createInMemory()
            let group = try file.root.createGroup("g")
            let dataset = try group.createDataset("d", of: Float.self, shape: [1])
            for object in [file.root, group, dataset] as [any HDF5Object] {
                try object.writeString("string", "größe")
                try object.writeStrings("strings", ["a", "", "ccc"])
                try object.writeScalar("scalar", 1 << 40)
                try object.write("numbers", [1.5, 2.5])
                #expect(try object.attributeNames() == ["numbers", "scalar", "string", "strings"])
                #expect(try object.readString("string") == "größe")
                #expect(try object.readStrings("strings") == ["a", "", "ccc"])
                #expect(try object.readScalar("scalar", as: Int.self) == 1 << 40)
                #expect(try object.read("numbers", as: Double.self) == [1.5, 2.5])
                #expect(try object.hasAttribute("string"))
                #expect(try !object.hasAttribute("other"))
            }
        }

        @Test func textsMayBeLong() throws {
            let root = try File.createInMemory().root
            let long = String(repeating: "größe ", count: 40_000)
            try root.writeText("text", "short")
            try root.writeText("text", long)
            try root.writeTexts("texts", [long, "", "b"])
            try root.writeTexts("none", [])
            #expect(try root.readString("text") == long)
            #expect(try root.readStrings("texts") == [long, "", "b"])
            #expect(try root.readStrings("none") == [])
            #expect(try root.attributeShape("none") == [0])
        }

        @Test func writingAgainReplacesValueAndType() throws {
            let root = try File.createInMemory().root
            try root.writeString("x", "long text")
            try root.writeScalar("x", Int8(3))
            #expect(try root.readScalar("x", as: Int.self) == 3)
            #expect(try root.attributeNames() == ["x"])
        }

        @Test func missingAttributesAndOtherTypesAreErrors() throws {
            let dataset = try fixture().root.dataset("numbers/matrix")
            let missing = try failure { _ = try dataset.readString("nothing") }
            #expect(missing.kind == .noSuchObject)
            #expect(missing.operation == "H5Aopen")
            #expect(missing.object == "/numbers/matrix@nothing")
            #expect(missing.detail.contains("nothing"))
            #expect(try failure { _ = try dataset.readString("scale") }.kind == .wrongType)
            #expect(try failure { _ = try dataset.read("text", as: Int.self) }.kind == .wrongType)
            let several = try failure { _ = try dataset.readScalar("counts", as: Int.self) }
            #expect(several.kind == .wrongType)
            #expect(several.detail == "3 values, not one")
        }

        @Test func attributesThatAreTooLargeAreErrors() throws {
            let root = try File.createInMemory().root
            let error = try failure { try root.writeString("x", String(repeating: "x", count: 70_000)) }
            #expect(error.kind == .writeFailed)
            #expect(error.object == "/@x")
        }

        @Test func attributesOfAReadOnlyFileCannotBeWritten() throws {
            let error = try failure { try fixture().root.writeScalar("x", 1) }
            #expect(error.kind == .writeFailed)
        }
    }
}
