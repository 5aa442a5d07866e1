import Datasets
import DurableFiles
import HDF5
import Kernels

/// Reads whole datasets. Several child processes read a large one into shared memory, so that decompression runs on all
/// cores; threads could not, because libhdf5 has a global lock.
extension StoredRows {
    /// Reads all rows into shared memory.
    /// - Parameter file: the path of the dataset's file, for error messages.
    /// - Throws: `HDF5Error`, `OutOfMemory`.
    func readBulk<T: HDF5Scalar & Numeric>(as type: T.Type, file: String) throws -> AlignedBuffer<T> {
        let buffer = try AlignedBuffer<T>(sharedCount: count * width, file: file)
        try readBlocks(file: file) { rows, _ in
            try read(rows: rows, into: buffer.view.slice(rows.lowerBound * width, rows.count * width))
        }
        return buffer
    }

    /// Calls `read` for each block of rows, in several child processes if the dataset is large.
    /// - Parameter read: writes to shared memory. `reader` is the index of its process, below `readerCount`.
    func readBlocks(file: String, _ read: (Range<Int>, _ reader: Int) throws -> Void) throws {
        try dataset.requireStored()
        let (blocks, count) = (blocks, readerCount)
        if count > 1 {
            let wasRead = try ChildProcesses.run(reading: file, count: count, throwing: ReadingService.datasetErrors) {
                child, heartbeat in
                for index in stride(from: child, to: blocks.count, by: count) {
                    heartbeat()
                    try read(blocks[index], child)
                }
            }
            if wasRead { return }
        }
        for block in blocks {
            ReadingService.heartbeat()
            try read(block, 0)
        }
    }

    /// The number of processes that read the dataset.
    var readerCount: Int { min(blocks.count, ProcessLimits.cores, ChildProcesses.maximumCount) }
}

extension AlignedBuffer {
    /// Allocates shared memory.
    /// - Throws: `OutOfMemory` if there is not enough.
    convenience init(sharedCount count: Int, file: String) throws {
        try OutOfMemory.require(count * MemoryLayout<Element>.stride, for: file)
        self.init(count: count, isShared: true)
    }
}

/// Finds the first element that meets a condition. A search of a large buffer takes long, so it has heartbeats.
/// - Returns: its index.
func search<Element>(_ buffer: BufferView<Element>, where isWanted: (Element) -> Bool) -> Int? {
    searchSlices(of: buffer) { $0.pointer.firstIndex(where: isWanted) }
}

/// The same with a function that searches one slice.
func searchSlices<Element>(of buffer: BufferView<Element>, _ find: (BufferView<Element>) -> Int?) -> Int? {
    for offset in stride(from: 0, to: buffer.count, by: 1 << 24) {
        ReadingService.heartbeat()
        if let index = find(buffer.slice(offset, min(1 << 24, buffer.count - offset))) { return offset + index }
    }
    return nil
}
