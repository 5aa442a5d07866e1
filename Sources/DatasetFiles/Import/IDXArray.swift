import Datasets
import DurableFiles
import Tables

/// Why an IDX file could not be read.
///
/// `expected` and `found` are sizes of the whole uncompressed file in bytes. `expected` is `Int.max` if the header's size
/// exceeds that.
package enum IDXError: Error, Sendable, Equatable {
    case noSuchFile(path: String)
    /// The file is a directory, cannot be opened, or is a damaged or truncated gzip file.
    case cannotRead(path: String, reason: String)
    /// The file is of another kind.
    case wrongKind(path: String, FileKind)
    /// The file does not begin as an IDX file. `found` are its first bytes, at most four.
    case wrongMagic(path: String, found: [UInt8])
    /// The values of the IDX file are not unsigned bytes.
    case unsupportedType(path: String, name: String)
    case truncated(path: String, expected: Int, found: Int)
    case trailingBytes(path: String, expected: Int, found: Int)
}

extension IDXError: ImportError {}

/// An array of bytes from an IDX file, the format of MNIST, compressed with gzip or not.
///
/// The format: two zero bytes, one for the type of the values, one for the number of dimensions; each dimension's
/// length as a big-endian 32-bit number; then the values, row-major.
package struct IDXArray: Sendable {
    package let shape: [Int]
    package let values: [UInt8]

    /// Reads the file at `path`.
    /// - Parameter advance: called regularly with the share that has been read.
    package init(contentsOf path: String, advance: (Double?) -> Void = { _ in }) throws(IDXError) {
        var input = try GzipInput<IDXError>(path: path)
        let dimensionCount = try Self.readMagic(from: &input, path: path)

        let headerSize = 4 + 4 * dimensionCount
        var lengths: [UInt8] = []
        try input.read(upTo: 4 * dimensionCount, appendingTo: &lengths)
        guard lengths.count == 4 * dimensionCount else {
            throw .truncated(path: path, expected: headerSize, found: 4 + lengths.count)
        }
        shape = stride(from: 0, to: lengths.count, by: 4).map { start in
            lengths[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        }

        let valueCount = shape.reduce(1, saturatingProduct)
        let fileSize = saturatingSum(headerSize, valueCount)
        // Memory grows with the bytes in the file, since the header of a damaged file may claim any size.
        var values: [UInt8] = []
        while values.count < valueCount {
            let count = min(valueCount - values.count, GzipInput<IDXError>.blockSize)
            guard try input.read(upTo: count, appendingTo: &values) == count else {
                throw .truncated(path: path, expected: fileSize, found: headerSize + values.count)
            }
            advance(Double(values.count) / Double(valueCount))
        }
        self.values = values

        // Reading to the end also verifies the checksum of a gzip file.
        let extra = try Self.countRest(of: &input)
        guard extra == 0 else { throw .trailingBytes(path: path, expected: fileSize, found: fileSize + extra) }
    }

    /// Reads the first four bytes and returns the number of dimensions.
    private static func readMagic(from input: inout GzipInput<IDXError>, path: String) throws(IDXError) -> Int {
        var magic: [UInt8] = []
        try input.read(upTo: 4, appendingTo: &magic)
        guard magic.count == 4, magic[0] == 0, magic[1] == 0, magic[3] > 0, let type = ValueType(rawValue: magic[2])
        else {
            let found = magic
            try input.read(upTo: FileKind.byteCount - magic.count, appendingTo: &magic)
            if let kind = FileKind(startingWith: magic), kind != .idx { throw .wrongKind(path: path, kind) }
            throw .wrongMagic(path: path, found: found)
        }
        guard type == .unsignedByte else { throw .unsupportedType(path: path, name: type.name) }
        return Int(magic[3])
    }

    private static func countRest(of input: inout GzipInput<IDXError>) throws(IDXError) -> Int {
        var total = 0
        var block: [UInt8] = []
        while try input.read(upTo: GzipInput<IDXError>.blockSize, appendingTo: &block) > 0 {
            total += block.count
            block.removeAll(keepingCapacity: true)
        }
        return total
    }
}

/// The value types of IDX files: the third byte of the file.
private enum ValueType: UInt8 {
    case unsignedByte = 0x08
    case signedByte = 0x09
    case short = 0x0B
    case int = 0x0C
    case float = 0x0D
    case double = 0x0E

    var name: String {
        switch self {
        case .unsignedByte: "unsigned byte"
        case .signedByte: "signed byte"
        case .short: "16-bit integer"
        case .int: "32-bit integer"
        case .float: "32-bit float"
        case .double: "64-bit float"
        }
    }
}

/// The product of two counts, at most `Int.max`.
private func saturatingProduct(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
}

/// The sum of two counts, at most `Int.max`.
private func saturatingSum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
}
