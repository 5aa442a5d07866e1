import DurableFiles
import HDF5
import Kernels

/// Reading of all numbers of a dataset. Large ones are read by several child processes into memory that they share, so that
/// decompression runs on all cores, which libhdf5's lock denies to threads.
extension Dataset {
    /// Reads all rows, into memory that other processes may map.
    /// - Parameter file: the file this is a dataset of.
    func readBulk<T: HDF5Scalar & Numeric>(as type: T.Type, file: String) throws -> AlignedBuffer<T> {
        let columns = shape.dropFirst().reduce(1, *)
        let buffer = try AlignedBuffer<T>(sharedBy: shape[0] * columns, file: file)
        try readBlocks(file: file) { rows, _ in
            try read(rows: rows, into: buffer.view.slice(rows.lowerBound * columns, rows.count * columns).pointer)
        }
        return buffer
    }

    /// Calls `read` for blocks of all rows, which writes what it reads to shared memory.
    /// - Parameter read: gets the number of the reader that calls it, too, below `readers`.
    func readBlocks(file: String, _ read: (Range<Int>, _ reader: Int) throws -> Void) throws {
        try requireStored()
        let (blocks, count) = (blocks, readers)
        if count > 1 {
            let isRead = try ChildProcesses.run(reading: file, count: count, throwing: ReadingService.datasetErrors) {
                child, beat in
                for index in stride(from: child, to: blocks.count, by: count) {
                    beat()
                    try read(blocks[index], child)
                }
            }
            if isRead { return }
        }
        for block in blocks {
            ReadingService.beat()
            try read(block, 0)
        }
    }

    /// How many processes read.
    var readers: Int { min(blocks.count, ProcessLimits.cores, ChildProcesses.most) }

    /// Rows of a million numbers or so, in whole chunks.
    private var blocks: [Range<Int>] {
        let columns = shape.dropFirst().reduce(1, *)
        // A chunk may reach far beyond the last row.
        let chunkRows = max(1, min(chunkShape?.first ?? 1, shape[0]))
        let blockRows = max(1, (1 << 20) / (columns * chunkRows)) * chunkRows
        return stride(from: 0, to: shape[0], by: blockRows).map { $0..<min($0 + blockRows, shape[0]) }
    }
}

extension AlignedBuffer {
    /// Memory that other processes may map.
    /// - Throws: `OutOfMemory` where the machine has not that much.
    convenience init(sharedBy count: Int, file: String) throws {
        try OutOfMemory.require(count * MemoryLayout<Element>.stride, for: file)
        self.init(count: count, isShared: true)
    }
}
