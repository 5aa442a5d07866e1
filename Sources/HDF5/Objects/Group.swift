internal import CHDF5

/// A group of a file, which contains groups and datasets.
///
/// Names may be paths: "features" and "train/features" are relative to this group, "/train" to the root.
package final class Group: HDF5Object {
    /// An entry of a group.
    package struct Member: Sendable, Equatable {
        /// The kind of an entry.
        package enum Kind: Sendable, Equatable { case group, dataset, other }

        /// The name in the group, without a path.
        package let name: String
        /// The kind; `other` for named types and for dangling links.
        package let kind: Kind
    }

    package let reference: ObjectReference

    private init(_ handle: consuming Handle, in file: OpenFile, at location: Location) {
        reference = ObjectReference(handle, in: file, at: location)
    }

    /// Opens the root group of a file.
    convenience init(rootOf file: OpenFile) throws {
        let location = Location(file: file.location.file, object: "/")
        let handle = try Handle(.cannotOpen, "H5Gopen2", at: location, close: H5Gclose) {
            H5Gopen2(file.handle.id, "/", chdf5_H5P_DEFAULT())
        }
        self.init(handle, in: file, at: location)
    }

    /// Opens a group.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`, `wrongType` if it is not a group, `readFailed` if it is damaged.
    package func group(_ path: String) throws -> Group {
        let location = location(of: path)
        let handle = try object(path, .group, at: location)
        return Group(handle, in: reference.file, at: location)
    }

    /// Opens a dataset.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`, `wrongType` if it is not a dataset, `readFailed` if it is damaged.
    package func dataset(_ path: String) throws -> Dataset {
        let location = location(of: path)
        let handle = try object(path, .dataset, at: location)
        return try Dataset(handle, in: reference.file, at: location)
    }

    /// Creates a group, and missing groups in its path.
    ///
    /// - Throws: `HDF5Error` of kind `cannotCreate`, also if the name exists.
    package func createGroup(_ path: String) throws -> Group {
        let location = location(of: path)
        let links = try linkProperties(for: path, at: location)
        let creation = try Handle(.cannotCreate, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_GROUP_CREATE())
        }
        try Library.call(.cannotCreate, "H5Pset_obj_track_times", at: location) {
            H5Pset_obj_track_times(creation.id, false)
        }
        let handle = try Handle(.cannotCreate, "H5Gcreate2", at: location, close: H5Gclose) {
            H5Gcreate2(id, path, links.id, creation.id, chdf5_H5P_DEFAULT())
        }
        return Group(handle, in: reference.file, at: location)
    }

    /// Whether there is an object at a path. A dangling link is not one.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed` if a group in the path is damaged.
    package func contains(_ path: String) throws -> Bool {
        let names = path.split(separator: "/")
        var prefix = path.hasPrefix("/") ? "/" : ""
        // H5Lexists fails if a group in the path is missing, so each component is checked by itself.
        for (index, name) in names.enumerated() {
            prefix += name
            let location = location(of: prefix)
            let isLink = try Library.call(.readFailed, "H5Lexists", at: location) {
                H5Lexists(id, prefix, chdf5_H5P_DEFAULT())
            }
            guard isLink > 0, let kind = try kind(of: prefix) else { return false }
            guard kind == .group || index == names.count - 1 else { return false }
            prefix += "/"
        }
        return !path.isEmpty
    }

    /// Whether there is a dataset at a path.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed` if a group in the path is damaged.
    package func containsDataset(_ path: String) throws -> Bool { try contains(path) && kind(of: path) == .dataset }

    /// The entries of this group, sorted by name.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed`.
    package func members() throws -> [Member] {
        let names = try TextList.gather { context in
            let visit: H5L_iterate_t = { _, name, _, context in
                TextList.add(name, to: context)
                return 0
            }
            try Library.call(.readFailed, "H5Literate", at: location) { chdf5_H5Literate(id, visit, context) }
        }
        return try names.sorted().map { Member(name: $0, kind: try kind(of: $0) ?? .other) }
    }

    /// The properties of a link to a new object, which create missing groups in its path.
    func linkProperties(for path: String, at location: Location) throws -> Handle {
        let links = try Handle(.cannotCreate, "H5Pcreate", at: location, close: H5Pclose) {
            H5Pcreate(chdf5_H5P_LINK_CREATE())
        }
        try Library.call(.cannotCreate, "H5Pset_create_intermediate_group", at: location) {
            H5Pset_create_intermediate_group(links.id, 1)
        }
        // Only if needed, since a group with a UTF-8 name is stored in a newer format.
        if !path.utf8.allSatisfy({ $0 < 0x80 }) {
            try Library.call(.cannotCreate, "H5Pset_char_encoding", at: location) {
                H5Pset_char_encoding(links.id, H5T_CSET_UTF8)
            }
        }
        return links
    }

    /// The location of a path relative to this group.
    func location(of path: String) -> Location {
        if path.hasPrefix("/") { return Location(file: location.file, object: path) }
        return Location(file: location.file, object: self.path == "/" ? "/" + path : self.path + "/" + path)
    }

    /// Opens an object and checks its kind.
    private func object(_ path: String, _ kind: Member.Kind, at location: Location) throws -> Handle {
        let exists = { (try? self.contains(path)) != false }
        let handle = try Handle(exists() ? .readFailed : .noSuchObject, "H5Oopen", at: location, close: H5Oclose) {
            H5Oopen(id, path, chdf5_H5P_DEFAULT())
        }
        let found = Self.kind(ofOpen: handle.id)
        guard found == kind else { throw location.error(.wrongType, "H5Oopen", "a \(found), not a \(kind)") }
        return handle
    }

    /// The kind of the object at a path; nil for a dangling link.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed` if the object cannot be read.
    private func kind(of path: String) throws -> Member.Kind? {
        let location = location(of: path)
        do {
            let handle = try Handle(.readFailed, "H5Oopen", at: location, close: H5Oclose) {
                H5Oopen(id, path, chdf5_H5P_DEFAULT())
            }
            return Self.kind(ofOpen: handle.id)
        } catch let error as HDF5Error {
            let isObject = try Library.call(.readFailed, "H5Lget_info", at: location) { chdf5_is_hard_link(id, path) }
            guard isObject == 0 else { throw error }
            return nil
        }
    }

    private static func kind(ofOpen id: hid_t) -> Member.Kind {
        switch Library.locked({ H5Iget_type(id) }) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: .other
        }
    }
}
