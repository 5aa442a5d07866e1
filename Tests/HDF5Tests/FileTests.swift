import Foundation
import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Files {
        /// A file with groups, datasets and attributes of several types.
        func fill(_ file: File) throws {
            try file.root.writeString("format", "test")
            let group = try file.root.createGroup("a/b")
            try group.writeScalar("step", 7)
            let options = DatasetOptions(gzipLevel: 4, shuffle: true, fletcher32: true)
            let values = (0..<3000).map { Float($0) }
            try group.createDataset("x", of: Float.self, shape: [100, 30], options: options).write(values)
            try group.createDataset("y", of: Int32.self, shape: [3000]).write(values)
            _ = try group.createStringDataset("s", strings: ["one", "two"], options: options)
        }

        func check(_ file: File) throws {
            #expect(try file.root.readString("format") == "test")
            #expect(try file.root.group("a/b").readScalar("step", as: Int.self) == 7)
            #expect(try file.root.dataset("a/b/x").read(as: Int.self) == Array(0..<3000))
            #expect(try file.root.dataset("a/b/s").readStrings() == ["one", "two"])
        }

        @Test func filesAreReadAsWritten() throws {
            try withDirectory { directory in
                let path = directory.file("x.h5")
                let file = try File.create(path)
                try fill(file)
                try file.close()
                try check(File.open(path))
            }
        }

        @Test func creatingReplacesAnExistingFile() throws {
            try withDirectory { directory in
                let path = directory.file("x.h5")
                try fill(File.create(path))
                try File.create(path).close()
                #expect(try File.open(path).root.members() == [])
            }
        }

        @Test func equalContentsGiveEqualBytesAtOtherTimes() throws {
            try withDirectory { directory in
                let paths = [directory.file("first.h5"), directory.file("second.h5")]
                try fill(File.create(paths[0]))
                let image = try File.createInMemory()
                try fill(image)
                Thread.sleep(forTimeInterval: 1.1)
                try fill(File.create(paths[1]))
                #expect(try bytes(paths[0]) == bytes(paths[1]))
                let later = try File.createInMemory()
                try fill(later)
                #expect(try image.image() == later.image())
            }
        }

        @Test func h5dumpReadsWhatIsWritten() throws {
            try withDirectory { directory in
                let path = directory.file("x.h5")
                try fill(File.create(path))
                let (status, output) = try run("h5dump", "-H", path)
                #expect(status == 0)
                for part in ["GROUP \"b\"", "DATASET \"x\"", "H5T_IEEE_F32LE", "( 100, 30 )", "H5T_STR_NULLPAD"] {
                    #expect(output.contains(part), "\(part)")
                }
            }
        }

        @Test func groupsAreInTheEarliestFormat() throws {
            // Only newer groups have link messages, and only version 2 object headers the signature OHDR.
            let file = try File.createInMemory()
            try fill(file)
            let image = try file.image()
            #expect(image.indices.filter { image[$0...].starts(with: "TREE".utf8) }.count >= 3)
            #expect(!image.indices.contains { image[$0...].starts(with: "OHDR".utf8) })
        }

        @Test func filesThatCannotBeOpenedSayWhy() throws {
            try withDirectory { directory in
                func error(_ name: String) throws -> HDF5Error {
                    let error = try failure { _ = try File.open(directory.file(name)) }
                    #expect(error.path == directory.file(name))
                    #expect(error.operation == "H5Fopen")
                    #expect(error.object == "")
                    #expect(!error.detail.isEmpty && !error.detail.contains("\n"))
                    return error
                }
                #expect(try error("missing.h5").kind == .noSuchFile)
                #expect(try error("missing/x.h5").kind == .noSuchFile)

                try put(Array("not HDF5 at all".utf8), directory.file("text.h5"))
                #expect(try error("text.h5").kind == .notHDF5)
                #expect(try error("text.h5/x").kind == .noSuchFile)
                try put([], directory.file("empty.h5"))
                #expect(try error("empty.h5").kind == .notHDF5)

                try fill(File.create(directory.file("whole.h5")))
                let whole = try bytes(directory.file("whole.h5"))
                try put(Array(whole.dropLast()), directory.file("short.h5"))
                #expect(try error("short.h5").kind == .truncated)
                #expect(try error("short.h5").detail == "it has \(whole.count - 1) of \(whole.count) bytes")
                #expect(try error(".").kind == .cannotOpen)
                #expect(try error(".").detail == "Is a directory")
            }
        }

        @Test func readOnlyFilesOpen() throws {
            try withDirectory { directory in
                let path = directory.file("x.h5")
                try fill(File.create(path))
                try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
                try check(File.open(path))
            }
        }

        @Test func filesThatCannotBeCreatedSayWhy() throws {
            try withDirectory { directory in
                let path = directory.file("missing/x.h5")
                let error = try failure { _ = try File.create(path) }
                #expect(error.kind == .cannotCreate)
                #expect(error.operation == "H5Fcreate")
                #expect(error.path == path)
                #expect(error.detail.contains("No such file or directory"))
            }
        }

        @Test func closingClosesAllObjects() throws {
            let before = openIDs()
            let file = try fixture()
            let group = try file.root.group("numbers")
            let dataset = try group.dataset("matrix")
            try file.close()
            #expect(openIDs()["file"] == before["file"])
            #expect(openIDs()["dataset"] == before["dataset"])
            #expect(try failure { _ = try dataset.read(as: Int.self) }.kind == .readFailed)
            #expect(throws: HDF5Error.self) { try group.dataset("matrix") }
            #expect(throws: HDF5Error.self) { try file.root.members() }
            try file.close()
            // The ids of the new file differ from those of the closed file, to which references exist.
            let other = try fixture()
            #expect(throws: HDF5Error.self) { try dataset.read(as: Int.self) }
            #expect(try other.root.contains("numbers"))
        }

        @Test func aDatasetKeepsItsFileOpen() throws {
            let dataset = try fixture().root.dataset("numbers/scalar")
            #expect(try dataset.read(as: Double.self) == [2.5])
        }

        @Test func closingOneOfTwoLeavesTheOther() throws {
            let first = try fixture()
            let second = try fixture()
            try first.close()
            #expect(try second.root.dataset("numbers/scalar").read(as: Double.self) == [2.5])
        }

        @Test(arguments: [0, 512, 1024])
        func imagesOpenWithAndWithoutTheirUserBlock(_ userBlock: Int) throws {
            let file = try File.createInMemory(userBlock: userBlock)
            try fill(file)
            let image = try file.image()
            try check(File.open(image: image, name: "without"))
            let whole = [UInt8](repeating: 10, count: userBlock) + image
            try check(File.open(image: whole, name: "with"))
            try withDirectory { directory in
                let path = directory.file("x.h5")
                try put(whole, path)
                try check(File.open(path))
                #expect(try run("h5dump", path).status == 0)
            }
        }

        @Test func aFileMayBeWrittenAfterItsImageIsTaken() throws {
            let file = try File.createInMemory()
            let empty = try file.image()
            try fill(file)
            try check(File.open(image: file.image(), name: "filled"))
            try file.close()
            #expect(try File.open(image: empty, name: "empty").root.members() == [])
        }

        @Test func imagesWithEqualNamesAreDifferentFiles() throws {
            let files = try (1...2).map { value in
                let file = try File.createInMemory()
                try file.root.writeScalar("x", value)
                return try File.open(image: file.image(), name: "same")
            }
            #expect(try files.map { try $0.root.readScalar("x", as: Int.self) } == [1, 2])
        }

        @Test func imagesThatCannotBeOpenedSayWhy() throws {
            let file = try File.createInMemory(userBlock: 512)
            try fill(file)
            let image = try file.image()
            let short = try failure { _ = try File.open(image: image.dropLast(), name: "short") }
            #expect(short.kind == .cannotOpen)
            #expect(short.path == "short")
            #expect(short.detail.contains("truncated file"))
            let block = [UInt8](repeating: 0, count: 512)
            #expect(try failure { _ = try File.open(image: block + image.dropLast(), name: "") }.kind == .cannotOpen)
            #expect(try failure { _ = try File.open(image: block, name: "") }.kind == .notHDF5)
            #expect(try failure { _ = try File.open(image: [], name: "") }.kind == .notHDF5)
        }

        @Test(arguments: [-1, 100])
        func userBlocksMustBePowersOfTwo(_ size: Int) throws {
            #expect(try failure { _ = try File.createInMemory(userBlock: size) }.kind == .cannotCreate)
        }
    }
}
