import DurableFiles
import Foundation
import HDF5
import Kernels

/// How the many numbers of a large dataset are read; small ones are read where they are asked for.
enum BulkReading {
    case inThisProcess
    /// A crash of libhdf5 is then theirs, and decompression runs on all cores, which its lock denies to threads.
    case byChildren
    /// Their place is taken by zeros.
    case skipped
}

extension Dataset {
    /// Reads all rows.
    /// - Parameter file: the file this is a dataset of.
    func readBulk<T: HDF5Scalar & Numeric>(
        as type: T.Type, file: String, _ bulk: BulkReading, pause: () throws -> Void
    ) throws -> AlignedBuffer<T> {
        let columns = shape.dropFirst().reduce(1, *)
        let buffer = AlignedBuffer<T>(count: shape[0] * columns, isShared: readers(bulk).isShared)
        try readBlocks(file: file, bulk, pause: pause) { rows, _ in
            try read(rows: rows, into: buffer.view.slice(rows.lowerBound * columns, rows.count * columns).pointer)
        }
        return buffer
    }

    /// Calls `read` for blocks of all rows, which writes what it reads to memory, shared if `readers` says so.
    /// - Parameter read: gets the number of the reader that calls it, too.
    func readBlocks(
        file: String, _ bulk: BulkReading, pause: () throws -> Void, _ read: (Range<Int>, _ reader: Int) throws -> Void
    ) throws {
        try requireStored()
        let isRead =
            readers(bulk).isShared ? try readBlocksByChildren(file: file, bulk, pause: pause, read) : false
        guard !isRead, !isLarge || bulk != .skipped else { return }
        // Where no process can be made.
        for block in blocks {
            try pause()
            try read(block, 0)
        }
    }

    /// Whether several processes read, and how many.
    func readers(_ bulk: BulkReading) -> (isShared: Bool, count: Int) {
        guard isLarge && bulk == .byChildren else { return (false, 1) }
        return (true, min(blocks.count, ProcessLimits.cores, ChildProcesses.most))
    }

    private var isLarge: Bool { shape.reduce(1, *) > 1 << 20 }

    /// - Returns: whether that could be done.
    private func readBlocksByChildren(
        file: String, _ bulk: BulkReading, pause: () throws -> Void, _ read: (Range<Int>, _ reader: Int) throws -> Void
    ) throws -> Bool {
        let blocks = blocks
        let count = readers(bulk).count
        func shouldStop() -> Bool { (try? pause()) == nil }
        let isRead = try ChildProcesses.run(
            reading: file, count: count, throwing: DatasetFile.errors, shouldStop: shouldStop
        ) { child, beat in
            for index in stride(from: child, to: blocks.count, by: count) {
                beat()
                try read(blocks[index], child)
            }
        }
        try pause()
        return isRead
    }

    /// Rows of a million numbers or so, in whole chunks.
    private var blocks: [Range<Int>] {
        let columns = shape.dropFirst().reduce(1, *)
        // A chunk may reach far beyond the last row.
        let chunkRows = max(1, min(chunkShape?.first ?? 1, shape[0]))
        let blockRows = max(1, (1 << 20) / (columns * chunkRows)) * chunkRows
        return stride(from: 0, to: shape[0], by: blockRows).map { $0..<min($0 + blockRows, shape[0]) }
    }
}
