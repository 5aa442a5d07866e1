internal import CHDF5

/// The elements of a dataset or an attribute. Both are read in the same way, apart from the C function.
struct Elements: ~Copyable, Sendable {
    /// Reads all elements into a buffer in the form of a datatype, by H5Dread or H5Aread.
    typealias Read = (_ memoryType: hid_t, _ buffer: UnsafeMutableRawPointer) -> herr_t

    let location: Location
    let shape: [Int]
    let elementType: ElementType
    /// The type of the numbers in elements that are lists; nil for other elements.
    let listElementType: ElementType?
    private let type: Handle
    private let space: Handle
    private let readOperation: String

    /// The elements of an open dataset.
    init(ofDataset id: hid_t, at location: Location) throws {
        try self.init(
            type: Handle(.readFailed, "H5Dget_type", at: location, close: H5Tclose) { H5Dget_type(id) },
            space: Handle(.readFailed, "H5Dget_space", at: location, close: H5Sclose) { H5Dget_space(id) },
            readOperation: "H5Dread", at: location)
    }

    /// The elements of an open attribute.
    init(ofAttribute id: hid_t, at location: Location) throws {
        try self.init(
            type: Handle(.readFailed, "H5Aget_type", at: location, close: H5Tclose) { H5Aget_type(id) },
            space: Handle(.readFailed, "H5Aget_space", at: location, close: H5Sclose) { H5Aget_space(id) },
            readOperation: "H5Aread", at: location)
    }

    private init(
        type: consuming Handle, space: consuming Handle, readOperation: String, at location: Location
    ) throws {
        // Computed before any property is set, since an owner of ids must not be partially initialized.
        let shape = try Shape.of(space: space.id, at: location)
        let elementType = try ElementType(of: type.id, at: location)
        let listElementType = try ElementType(ofListsOf: type.id, at: location)
        self.shape = shape
        self.listElementType = listElementType
        self.elementType = elementType
        self.type = type
        self.space = space
        self.readOperation = readOperation
        self.location = location
    }

    /// The size of an element in the file, in bytes.
    var size: Int {
        get throws { try typeSize(of: type.id, at: location) }
    }

    /// Reads all elements as numbers.
    func numbers<T: HDF5Scalar>(as: T.Type, _ read: Read) throws -> [T] {
        try requireNumbers(readOperation)
        let count = try count(elementSize: MemoryLayout<T>.stride)
        return try array(of: T.self, count: count) { try fill($0, count: count, read) }
    }

    /// Reads `count` numbers into a buffer.
    func fill<T: HDF5Scalar>(_ buffer: UnsafeMutablePointer<T>, count: Int, _ read: Read) throws {
        // HDF5 1.10 converts negative 16-bit floats to wrong 64-bit integers. Doubles have the same size and are converted
        // correctly, so elements are read as doubles and then converted in place.
        let convertsFromDouble = elementType == .float(bits: 16) && T.elementType == .integer(bits: 64, signed: true)
        let type = convertsFromDouble ? Double.elementType : T.elementType
        try Library.call(.readFailed, readOperation, at: location) { read(type.nativeType, buffer) }
        guard convertsFromDouble else { return }
        try Library.call(.readFailed, "H5Tconvert", at: location) {
            H5Tconvert(type.nativeType, T.elementType.nativeType, count, buffer, nil, chdf5_H5P_DEFAULT())
        }
    }

    /// Reads all elements as strings of fixed or variable length.
    func strings(_ read: Read) throws -> [String] {
        guard elementType == .string else {
            throw location.error(.wrongType, readOperation, "elements are \(elementType), not string")
        }
        let isVariable = try Library.call(.readFailed, "H5Tis_variable_str", at: location) {
            H5Tis_variable_str(type.id)
        }
        return try isVariable > 0 ? variableStrings(read) : fixedStrings(read)
    }

    /// Throws `wrongType` unless the elements are numbers.
    func requireNumbers(_ operation: String) throws {
        guard elementType.isNumeric else {
            throw location.error(.wrongType, operation, "elements are \(elementType), not numbers")
        }
    }

    private func fixedStrings(_ read: Read) throws -> [String] {
        let size = try typeSize(of: type.id, at: location)
        let padding = Library.locked { H5Tget_strpad(type.id) }
        let count = try count(elementSize: size + MemoryLayout<String>.stride)
        let bytes = try array(of: UInt8.self, count: count * size) { buffer in
            try Library.call(.readFailed, readOperation, at: location) { read(type.id, buffer) }
        }
        return (0..<count).map { index in
            let field = bytes[index * size..<(index + 1) * size]
            return String(decoding: Self.trimmed(field, padding), as: UTF8.self)
        }
    }

    private func variableStrings(_ read: Read) throws -> [String] {
        typealias CString = UnsafeMutablePointer<CChar>?
        let count = try count(elementSize: MemoryLayout<CString>.stride + MemoryLayout<String>.stride)
        guard count > 0 else { return [] }
        let strings = UnsafeMutablePointer<CString>.allocate(capacity: count)
        strings.initialize(repeating: nil, count: count)
        defer {
            // Also after a failed read, in which some strings may have been allocated; the others are nil.
            _ = Library.locked { H5Dvlen_reclaim(type.id, space.id, chdf5_H5P_DEFAULT(), strings) }
            strings.deallocate()
        }
        try Library.call(.readFailed, readOperation, at: location) { read(type.id, strings) }
        return (0..<count).map { index in strings[index].map { String(cString: $0) } ?? "" }
    }

    /// The text of a fixed-length field without its padding.
    private static func trimmed(_ field: ArraySlice<UInt8>, _ padding: H5T_str_t) -> ArraySlice<UInt8> {
        if padding == H5T_STR_NULLTERM { return field.prefix { $0 != 0 } }
        let filler = padding == H5T_STR_SPACEPAD ? UInt8(ascii: " ") : 0
        guard let last = field.lastIndex(where: { $0 != filler }) else { return [] }
        return field[...last]
    }

    private func count(elementSize: Int) throws -> Int {
        guard let count = Shape.elementCount(shape, elementSize: elementSize) else {
            throw location.error(.readFailed, readOperation, "shape \(shape) does not fit in memory")
        }
        return count
    }

    /// Allocates an array and lets `fill` write it, unless it is empty.
    private func array<T: BitwiseCopyable>(
        of: T.Type, count: Int, _ fill: (UnsafeMutablePointer<T>) throws -> Void
    ) throws -> [T] {
        guard count > 0 else { return [] }
        return try [T](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            guard let base = buffer.baseAddress else { return }
            try fill(base)
            initializedCount = count
        }
    }
}
