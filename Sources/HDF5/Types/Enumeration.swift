internal import CHDF5

extension Dataset {
    /// The names of an enumeration's values, as of booleans: [0: "FALSE", 1: "TRUE"]; nil for other types.
    ///
    /// - Throws: `HDF5Error` of kind `readFailed`.
    package func enumerationNames() throws -> [Int64: String]? {
        let type = try Handle(.readFailed, "H5Dget_type", at: location, close: H5Tclose) { H5Dget_type(id) }
        guard Library.locked({ H5Tget_class(type.id) }) == H5T_ENUM else { return nil }
        let base = try Handle(.readFailed, "H5Tget_super", at: location, close: H5Tclose) { H5Tget_super(type.id) }
        let count = try Library.call(.readFailed, "H5Tget_nmembers", at: location) { H5Tget_nmembers(type.id) }
        var names: [Int64: String] = [:]
        for member in 0..<UInt32(count) {
            names[try value(of: member, type.id, base.id)] = try name(of: member, type.id)
        }
        return names
    }

    private func name(of member: UInt32, _ type: hid_t) throws -> String {
        try Library.locked {
            guard let text = H5Tget_member_name(type, member) else {
                throw location.error(.readFailed, "H5Tget_member_name", "a value without a name")
            }
            defer { H5free_memory(text) }
            return String(cString: text)
        }
    }

    /// A member's value, which has the type `base` in the file.
    private func value(of member: UInt32, _ type: hid_t, _ base: hid_t) throws -> Int64 {
        // Room for the type in the file, and for the one that it is converted to.
        var value = [UInt8](repeating: 0, count: max(8, try typeSize(of: base, at: location)))
        try Library.call(.readFailed, "H5Tget_member_value", at: location) {
            H5Tget_member_value(type, member, &value)
        }
        try Library.call(.readFailed, "H5Tconvert", at: location) {
            H5Tconvert(base, Int64.elementType.nativeType, 1, &value, nil, chdf5_H5P_DEFAULT())
        }
        return value.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
    }
}
