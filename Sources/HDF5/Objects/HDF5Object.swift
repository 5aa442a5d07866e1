internal import CHDF5

/// An object with attributes: a group or a dataset.
package protocol HDF5Object: AnyObject, Sendable {
    /// The open object, for use in this module.
    var reference: ObjectReference { get }
}

extension HDF5Object {
    /// The absolute path inside the file: "/train/features".
    package var path: String { reference.location.object }

    /// The root group of its file.
    ///
    /// - Throws: `HDF5Error` of kind `cannotOpen` if it is damaged.
    package func root() throws -> Group { try Group(rootOf: reference.file) }

    var id: hid_t { reference.handle.id }
    var location: Location { reference.location }
}

/// An open object, which keeps its file open.
package final class ObjectReference: Sendable {
    let handle: Handle
    let file: OpenFile
    let location: Location

    init(_ handle: consuming Handle, in file: OpenFile, at location: Location) {
        self.handle = handle
        self.file = file
        self.location = location
    }
}
