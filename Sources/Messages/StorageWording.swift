import HDF5

extension MissingElements {
    /// The end of a message about a dataset, after its name, with advice.
    package func wording(in file: String) -> String {
        switch self {
        case .neverWritten(isPartly: false):
            "was created, but nothing was ever written to it\n  write its numbers, or make the file again"
        case .neverWritten(isPartly: true):
            "has chunks that were never written\n"
                + "  write them; or, where its fill value is meant for them: h5repack -l CONTI \(file) whole.h5"
        case .externalFile(let path, _, nil):
            "lies in the file \(path), which is not there\n"
                + "  put it back, or run lockstep where that name leads to it"
        case .externalFile(let path, let needed, let found?):
            "lies in the file \(path), which is cut short: it has \(found) of \(needed) bytes\n  copy or make it again"
        case .unmapped(let row):
            "is a virtual dataset, and none of its sources has all of row \(row)\n"
                + "  map every row to a source, or leave those rows out"
        case .sourceFile(let source, let dataset):
            "is a virtual dataset of \(dataset) in \(source), a file that is not there or cannot be opened\n"
                + "  put it back, or beside \(file)"
        case .sourceDataset(let source, let dataset):
            "is a virtual dataset of \(dataset) in \(source), which has no such dataset\n"
                + "  make that file again, or map what it has"
        case .smallSource(let source, let dataset, let needed, let found):
            "is a virtual dataset that takes \(dimensions(needed)) numbers of \(dataset) in \(source), "
                + "which has \(dimensions(found))\n  make that file again, or map what it has"
        }
    }
}
