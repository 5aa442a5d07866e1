internal import CHDF5

/// What can have attributes: a group or a dataset.
package protocol HDF5Object: AnyObject, Sendable {
    /// The open object behind it, for this module alone.
    var reference: ObjectReference { get }
}

extension HDF5Object {
    /// The path inside the file, from the root: "/train/features".
    package var path: String { reference.location.object }

    /// The root group of the file that it is in.
    ///
    /// - Throws: `HDF5Error` of kind `cannotOpen` where that is damaged.
    package func root() throws -> Group { try Group(rootOf: reference.file) }

    var id: hid_t { reference.handle.id }
    var location: Location { reference.location }
}

/// One open object of a file; it keeps the file open.
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
