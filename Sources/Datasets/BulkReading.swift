import Files
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
        let count = shape.reduce(1, *)
        let bulk = count > 1 << 20 ? bulk : .inThisProcess
        let buffer = AlignedBuffer<T>(count: count, isShared: bulk == .byChildren)
        let isRead = bulk == .byChildren ? try readByChildren(into: buffer.view, file: file, pause: pause) : false
        // What was refused in a child is refused here too, with the reason.
        if !isRead && bulk != .skipped {
            for block in blocks {
                try pause()
                try read(block, into: buffer.view)
            }
        }
        return buffer
    }

    /// - Returns: whether that could be done.
    private func readByChildren<T: HDF5Scalar>(
        into view: BufferView<T>, file: String, pause: () throws -> Void
    ) throws -> Bool {
        let blocks = blocks
        let count = min(blocks.count, ProcessLimits.cores, ChildProcesses.most)
        func shouldStop() -> Bool { (try? pause()) == nil }
        let isRead = try ChildProcesses.run(reading: file, count: count, shouldStop: shouldStop) { child, beat in
            do {
                for index in stride(from: child, to: blocks.count, by: count) {
                    beat()
                    try read(blocks[index], into: view)
                }
                return true
            } catch {
                return false
            }
        }
        try pause()
        return isRead
    }

    /// Rows of a million numbers or so, in whole chunks.
    private var blocks: [Range<Int>] {
        let width = shape.dropFirst().reduce(1, *)
        let chunkRows = chunkShape?.first ?? 1
        let blockRows = max(1, (1 << 20) / (width * chunkRows)) * chunkRows
        return stride(from: 0, to: shape[0], by: blockRows).map { $0..<min($0 + blockRows, shape[0]) }
    }

    private func read<T: HDF5Scalar>(_ rows: Range<Int>, into view: BufferView<T>) throws {
        let width = view.count / shape[0]
        try read(rows: rows, into: view.slice(rows.lowerBound * width, rows.count * width).pointer)
    }
}
