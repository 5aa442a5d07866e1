import Datasets
import HDF5
import Kernels

extension StoredRows {
    /// Reads all rows [rows, columns] as 32-bit floats.
    /// - Parameters:
    ///   - file: the path of the dataset's file, for error messages.
    ///   - fills: fill values, which mark missing values.
    /// - Returns: the floats, and the columns' ranges if the file's type is wider than a float; nil otherwise.
    /// - Throws: `DatasetError` with the row of a missing, infinite, NaN or too large value; `HDF5Error`, `OutOfMemory`.
    func readFloats(
        file: String, fills: [FillValue]
    ) throws -> (floats: FloatBuffer, ranges: ColumnRanges?) {
        let floats: FloatBuffer
        let ranges: ColumnRanges?
        switch elementType {
        case .integer(bits: 64, signed: false):
            (floats, ranges) = try readNarrowed(as: UInt64.self, file: file, fills: fills)
        case .integer(let bits, _) where bits > 24:
            (floats, ranges) = try readNarrowed(as: Int64.self, file: file, fills: fills)
        case .float(let bits) where bits > 32:
            (floats, ranges) = try readNarrowed(as: Double.self, file: file, fills: fills)
        default:
            floats = try readBulk(as: Float.self, file: file)
            ranges = nil
            try fills.requireAbsent(in: floats.view, from: 0, file: file, self)
        }
        if let index = searchSlices(of: floats.view, firstNotFinite) {
            let (row, column) = index.quotientAndRemainder(dividingBy: width)
            let raw = AlignedBuffer<Double>(count: width)
            let value = try withExtendedLifetime(raw) {
                try read(rows: row..<row + 1, into: raw.view)
                return raw.view[column]
            }
            let (path, number) = (dataset.path, number(ofRow: row))
            throw value.isFinite
                ? DatasetError.beyondFloat(file: file, dataset: path, row: number, value: describe(value))
                : .notFinite(file: file, dataset: path, row: number, value: "\(value)")
        }
        return (floats, ranges)
    }

    private func readNarrowed<Wide: WideNumber & RawNumber>(
        as type: Wide.Type, file: String, fills: [FillValue]
    ) throws -> (FloatBuffer, ColumnRanges) {
        let floats = try FloatBuffer(sharedCount: width * count, file: file)
        let ranges = ColumnRanges(columns: width, readerCount: readerCount, isShared: true)
        try readBlocks(file: file) { rows, reader in
            let wide = AlignedBuffer<Wide>(count: rows.count * width)
            try withExtendedLifetime(wide) {
                try read(rows: rows, into: wide.view)
                try fills.requireAbsent(in: wide.view, from: rows.lowerBound, file: file, self)
                Wide.narrow(
                    wide.view, into: floats.view.slice(rows.lowerBound * width, wide.count), ranges.view(reader))
            }
        }
        return (floats, ranges)
    }
}
