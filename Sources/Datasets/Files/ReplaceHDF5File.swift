import DurableFiles
import HDF5

/// Lets `fill` make an HDF5 file, and puts it in place of the one at `path`: whole or not at all.
///
/// It is made in memory, because libhdf5 crashes where a disk is full.
/// - Throws: `FileError` where it cannot be written, `HDF5Error` where memory cannot hold it, and what `fill` throws.
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
