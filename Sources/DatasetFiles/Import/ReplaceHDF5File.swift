import Datasets
import DurableFiles
import HDF5

/// Atomically replaces the file at `path` with an HDF5 file.
///
/// The file is built in memory, because libhdf5 crashes when a disk is full.
/// - Parameter fill: writes the file's content.
/// - Throws: `FileError` when it cannot be written, `HDF5Error` when memory is short, and the errors of `fill`.
package func replaceHDF5File(_ path: String, fill: (_ root: Group) throws -> Void) throws {
    let file = try File.createInMemory()
    let image: [UInt8]
    do {
        try fill(file.root)
        image = try file.image()
        try file.close()
    } catch var error as HDF5Error where error.path == file.path {
        error.path = path
        throw error
    }
    try replaceFile(path, with: [image])
}
