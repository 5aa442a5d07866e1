internal import CHDF5

/// Strings in the form in which they are written: UTF-8 fields of equal length, padded with zeros.
struct FixedLengthStrings {
    /// The size of a field in bytes: that of the longest string, but at least 1, since HDF5 has no empty type.
    let size: Int
    /// The concatenated fields.
    let bytes: [UInt8]

    init(_ strings: [String]) {
        let size = max(1, strings.map(\.utf8.count).max() ?? 0)
        self.size = size
        bytes = strings.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: size - $0.utf8.count) }
    }

    /// A new datatype of such fields.
    func type(_ kind: HDF5Error.Kind, at location: Location) throws -> Handle {
        let type = try Handle(kind, "H5Tcopy", at: location, close: H5Tclose) { H5Tcopy(chdf5_H5T_C_S1()) }
        try Library.call(kind, "H5Tset_size", at: location) { H5Tset_size(type.id, size) }
        try Library.call(kind, "H5Tset_strpad", at: location) { H5Tset_strpad(type.id, H5T_STR_NULLPAD) }
        try Library.call(kind, "H5Tset_cset", at: location) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
        return type
    }
}
