internal import CHDF5

/// Attributes: small named values on a group or a dataset. Errors call them `path@name`.
extension HDF5Object {
    /// The names of all attributes, sorted.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed`.
    package func attributeNames() throws -> [String] {
        let names = try TextList.gather { context in
            let visit: H5A_operator2_t = { _, name, _, context in
                TextList.add(name, to: context)
                return 0
            }
            try Library.call(.readFailed, "H5Aiterate2", at: location) {
                H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_INC, nil, visit, context)
            }
        }
        return names.sorted()
    }

    /// Whether there is an attribute with this name.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed`.
    package func hasAttribute(_ name: String) throws -> Bool {
        try Library.call(.readFailed, "H5Aexists", at: location(ofAttribute: name)) { H5Aexists(id, name) } > 0
    }

    /// An attribute's shape; [] for a scalar.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`, `readFailed`.
    package func attributeShape(_ name: String) throws -> [Int] {
        let attribute = try openAttribute(name)
        return try Elements(ofAttribute: attribute.id, at: location(ofAttribute: name)).shape
    }

    /// The type of an attribute's elements in the file.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`, `readFailed`.
    package func attributeType(_ name: String) throws -> ElementType {
        let attribute = try openAttribute(name)
        return try Elements(ofAttribute: attribute.id, at: location(ofAttribute: name)).elementType
    }

    /// All numbers of an attribute of any shape, converted to `T`.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`; `wrongType` if its elements are not numbers; `readFailed`.
    package func read<T: HDF5Scalar>(_ name: String, as type: T.Type) throws -> [T] {
        let attribute = try openAttribute(name)
        let elements = try Elements(ofAttribute: attribute.id, at: location(ofAttribute: name))
        return try elements.numbers(as: type) { memoryType, buffer in H5Aread(attribute.id, memoryType, buffer) }
    }

    /// The value of an attribute with one number, converted to `T`.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`; `wrongType` if it is not one number; `readFailed`.
    package func readScalar<T: HDF5Scalar>(_ name: String, as type: T.Type) throws -> T {
        try single(of: read(name, as: type), name)
    }

    /// All strings of an attribute of any shape, of fixed or variable length.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`; `wrongType` if its elements are not strings; `readFailed`.
    package func readStrings(_ name: String) throws -> [String] {
        let attribute = try openAttribute(name)
        let elements = try Elements(ofAttribute: attribute.id, at: location(ofAttribute: name))
        return try elements.strings { memoryType, buffer in H5Aread(attribute.id, memoryType, buffer) }
    }

    /// The value of an attribute with one string.
    ///
    /// - Throws: `HDF5Error`: `noSuchObject`; `wrongType` if it is not one string; `readFailed`.
    package func readString(_ name: String) throws -> String {
        try single(of: readStrings(name), name)
    }

    /// Writes a one-dimensional attribute of numbers, replacing one with the same name.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`, also if it exceeds 64 KiB.
    package func write<T: HDF5Scalar>(_ name: String, _ values: [T]) throws {
        try writeAttribute(name, shape: [values.count], values, type: { T.elementType.nativeType })
    }

    /// Writes an attribute with one number, replacing one with the same name.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func writeScalar<T: HDF5Scalar>(_ name: String, _ value: T) throws {
        try writeAttribute(name, shape: [], [value], type: { T.elementType.nativeType })
    }

    /// Writes a one-dimensional attribute of fixed-length UTF-8 strings, replacing one with the same name.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`, also if it exceeds 64 KiB.
    package func writeStrings(_ name: String, _ values: [String]) throws {
        try writeStringAttribute(name, shape: [values.count], values)
    }

    /// Writes an attribute with one fixed-length UTF-8 string, replacing one with the same name.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`, also if it exceeds 64 KiB.
    package func writeString(_ name: String, _ value: String) throws {
        try writeStringAttribute(name, shape: [], [value])
    }

    /// Writes a one-dimensional attribute of UTF-8 strings of variable length, which may be of any size, in place of one with the same
    /// name.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func writeTexts(_ name: String, _ values: [String]) throws {
        try writeTextAttribute(name, shape: [values.count], values)
    }

    /// Writes an attribute with one UTF-8 string of variable length, which may be of any size, in place of one with the same name.
    ///
    /// - Throws: `HDF5Error` of kind `writeFailed`.
    package func writeText(_ name: String, _ value: String) throws {
        try writeTextAttribute(name, shape: [], [value])
    }

    private func writeTextAttribute(_ name: String, shape: [Int], _ values: [String]) throws {
        let location = location(ofAttribute: name)
        let type = try Handle(.writeFailed, "H5Tcopy", at: location, close: H5Tclose) { H5Tcopy(chdf5_H5T_C_S1()) }
        // -1 is HDF5's H5T_VARIABLE.
        try Library.call(.writeFailed, "H5Tset_size", at: location) { H5Tset_size(type.id, -1) }
        try Library.call(.writeFailed, "H5Tset_cset", at: location) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
        var starts: [Int] = []
        var bytes: [UInt8] = []
        for value in values {
            starts.append(bytes.count)
            bytes += Array(value.utf8) + [0]
        }
        try bytes.withUnsafeBufferPointer { buffer in
            let texts = starts.map { start in buffer.baseAddress.map { $0 + start } }
            try writeAttribute(name, shape: shape, texts, type: { type.id })
        }
    }

    private func writeStringAttribute(_ name: String, shape: [Int], _ values: [String]) throws {
        let fields = FixedLengthStrings(values)
        let type = try fields.type(.writeFailed, at: location(ofAttribute: name))
        try writeAttribute(name, shape: shape, fields.bytes, type: { type.id })
    }

    /// - Parameter type: returns the id of the type in memory and in the file; called while the lock is held.
    private func writeAttribute<T: BitwiseCopyable>(
        _ name: String, shape: [Int], _ values: [T], type: () -> hid_t
    ) throws {
        let location = location(ofAttribute: name)
        let space = try Shape.space(shape, .writeFailed, at: location)
        // One lock for all calls, so that other threads do not see an incomplete attribute.
        try Library.locked {
            if try hasAttribute(name) {
                try Library.call(.writeFailed, "H5Adelete", at: location) { H5Adelete(id, name) }
            }
            let attribute = try Handle(.writeFailed, "H5Acreate2", at: location, close: H5Aclose) {
                H5Acreate2(id, name, type(), space.id, chdf5_H5P_DEFAULT(), chdf5_H5P_DEFAULT())
            }
            guard !values.isEmpty else { return }
            try Library.call(.writeFailed, "H5Awrite", at: location) { H5Awrite(attribute.id, type(), values) }
        }
    }

    private func openAttribute(_ name: String) throws -> Handle {
        let exists = { (try? self.hasAttribute(name)) != false }
        return try Handle(
            exists() ? .readFailed : .noSuchObject, "H5Aopen", at: location(ofAttribute: name), close: H5Aclose
        ) {
            H5Aopen(id, name, chdf5_H5P_DEFAULT())
        }
    }

    private func single<Value>(of values: [Value], _ name: String) throws -> Value {
        guard let value = values.first, values.count == 1 else {
            throw location(ofAttribute: name).error(.wrongType, "H5Aread", "\(values.count) values, not one")
        }
        return value
    }

    private func location(ofAttribute name: String) -> Location {
        Location(file: location.file, object: "\(path)@\(name)")
    }
}
