import Testing

@testable import HDF5

extension HDF5Tests {
    @Suite struct Groups {
        @Test func membersAreSortedAndHaveTheirKind() throws {
            #expect(
                try fixture().root.members() == [
                    Group.Member(name: "alias", kind: .dataset), Group.Member(name: "dangling", kind: .other),
                    Group.Member(name: "numbers", kind: .group), Group.Member(name: "strings", kind: .group),
                    Group.Member(name: "type", kind: .other),
                ])
        }

        @Test func pathsMayBeNested() throws {
            let root = try File.createInMemory().root
            let inner = try root.createGroup("a/b")
            #expect(inner.path == "/a/b")
            let dataset = try inner.createDataset("c/d", of: Int.self, shape: [1])
            #expect(dataset.path == "/a/b/c/d")
            #expect(try root.dataset("a/b/c/d").path == "/a/b/c/d")
            #expect(try root.group("a").dataset("b/c/d").path == "/a/b/c/d")
            #expect(try inner.dataset("/a/b/c/d").path == "/a/b/c/d")
            #expect(try root.group("/").members().map(\.name) == ["a"])
        }

        @Test func containsFollowsPathsAndLinks() throws {
            let root = try fixture().root
            for path in ["numbers", "numbers/matrix", "/numbers/matrix", "alias", "type", "/"] {
                #expect(try root.contains(path), "\(path)")
            }
            for path in ["", "nothing", "no/thing", "numbers/nothing", "alias/x", "dangling", "dangling/x"] {
                #expect(try !root.contains(path), "\(path)")
            }
        }

        @Test func anUnreadableObjectIsNotAbsent() throws {
            let file = try File.createInMemory()
            _ = try file.root.createDataset("x", of: Int.self, shape: [1])
            var image = try file.image()
            // The entry of the group's node has the offset of a name, then that of an object header, which begins with a version.
            let node = try #require(image.indices.first { image[$0...].starts(with: "SNOD".utf8) })
            let header = image[(node + 16)..<(node + 24)].reversed().reduce(0) { $0 << 8 | Int($1) }
            image[header] = 0xEE
            let root = try File.open(image: image, name: "damaged").root
            #expect(try failure { _ = try root.contains("x") }.kind == .readFailed)
            #expect(try failure { _ = try root.members() }.kind == .readFailed)
        }

        @Test(arguments: ["nothing", "no/thing", "numbers/matrix/x", ""])
        func missingObjectsAreNamed(_ path: String) throws {
            let root = try fixture().root
            for error in [try failure { _ = try root.dataset(path) }, try failure { _ = try root.group(path) }] {
                #expect(error.kind == .noSuchObject)
                #expect(error.operation == "H5Oopen")
                #expect(error.path.hasSuffix("h5py.h5"))
                #expect(error.object == "/" + path)
                #expect(!error.detail.isEmpty)
            }
        }

        @Test func groupsAndDatasetsAreDistinguished() throws {
            let root = try fixture().root
            let dataset = try failure { _ = try root.dataset("numbers") }
            #expect(dataset.kind == .wrongType)
            #expect(dataset.detail == "a group, not a dataset")
            #expect(try failure { _ = try root.group("numbers/matrix") }.detail == "a dataset, not a group")
            #expect(try failure { _ = try root.group("type") }.kind == .wrongType)
        }

        @Test func invalidGroupsCannotBeCreated() throws {
            let root = try File.createInMemory().root
            _ = try root.createGroup("g")
            let twice = try failure { _ = try root.createGroup("g") }
            #expect(twice.kind == .cannotCreate)
            #expect(twice.object == "/g")
            let readOnly = try failure { _ = try fixture().root.createGroup("g") }
            #expect(readOnly.kind == .cannotCreate)
            #expect(readOnly.detail.contains("no write intent"))
        }

        @Test func namesMayBeUTF8() throws {
            let root = try File.createInMemory().root
            _ = try root.createGroup("größe/日本")
            #expect(try root.group("größe").members().map(\.name) == ["日本"])
        }
    }
}
