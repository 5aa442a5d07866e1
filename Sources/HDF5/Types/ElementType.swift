internal import CHDF5

/// The type of the elements of a dataset or an attribute in the file.
package enum ElementType: Codable, Equatable, Sendable {
    /// Integers, and enumerations (booleans among them) by their integer values.
    case integer(bits: Int, signed: Bool)
    /// Floating-point numbers, IEEE or not.
    case float(bits: Int)
    /// Strings of fixed or variable length.
    case string
    /// Any other type, by its HDF5 class: "compound", "array", …
    case other(String)
}

extension ElementType: CustomStringConvertible {
    /// The name as in NumPy: "uint8", "float32", "string", "compound", …
    package var description: String {
        switch self {
        case .integer(let bits, let signed): signed ? "int\(bits)" : "uint\(bits)"
        case .float(let bits): "float\(bits)"
        case .string: "string"
        case .other(let name): name
        }
    }
}

extension ElementType {
    /// The element type of a datatype id.
    init(of type: hid_t, at location: Location) throws {
        let typeClass = try Library.call(.readFailed, "H5Tget_class", at: location) { H5Tget_class(type).rawValue }
        switch H5T_class_t(rawValue: typeClass) {
        case H5T_INTEGER:
            let sign = try Library.call(.readFailed, "H5Tget_sign", at: location) { H5Tget_sign(type).rawValue }
            self = .integer(bits: try Self.bits(of: type, at: location), signed: sign == H5T_SGN_2.rawValue)
        case H5T_FLOAT:
            self = .float(bits: try Self.bits(of: type, at: location))
        case H5T_ENUM:
            let base = try Handle(.readFailed, "H5Tget_super", at: location, close: H5Tclose) { H5Tget_super(type) }
            self = try ElementType(of: base.id, at: location)
        case H5T_STRING: self = .string
        case H5T_TIME: self = .other("time")
        case H5T_BITFIELD: self = .other("bitfield")
        case H5T_OPAQUE: self = .other("opaque")
        case H5T_COMPOUND: self = .other("compound")
        case H5T_REFERENCE: self = .other("reference")
        case H5T_VLEN: self = .other("variable-length")
        case H5T_ARRAY: self = .other("array")
        default: self = .other("unknown")
        }
    }

    /// The type of the elements of lists; nil if a datatype id is none of lists.
    init?(ofListsOf type: hid_t, at location: Location) throws {
        guard Library.locked({ H5Tget_class(type) == H5T_VLEN }) else { return nil }
        let base = try Handle(.readFailed, "H5Tget_super", at: location, close: H5Tclose) { H5Tget_super(type) }
        self = try ElementType(of: base.id, at: location)
    }

    /// Whether elements can be read as an `HDF5Scalar`.
    package var isNumeric: Bool {
        switch self {
        case .integer, .float: true
        case .string, .other: false
        }
    }

    /// The predefined datatype for values in memory, which must not be closed; invalid if there is none.
    var nativeType: hid_t {
        switch self {
        case .integer(bits: 8, signed: true): chdf5_H5T_NATIVE_INT8()
        case .integer(bits: 16, signed: true): chdf5_H5T_NATIVE_INT16()
        case .integer(bits: 32, signed: true): chdf5_H5T_NATIVE_INT32()
        case .integer(bits: 64, signed: true): chdf5_H5T_NATIVE_INT64()
        case .integer(bits: 8, signed: false): chdf5_H5T_NATIVE_UINT8()
        case .integer(bits: 16, signed: false): chdf5_H5T_NATIVE_UINT16()
        case .integer(bits: 32, signed: false): chdf5_H5T_NATIVE_UINT32()
        case .integer(bits: 64, signed: false): chdf5_H5T_NATIVE_UINT64()
        case .float(bits: 32): chdf5_H5T_NATIVE_FLOAT()
        case .float(bits: 64): chdf5_H5T_NATIVE_DOUBLE()
        default: -1
        }
    }

    private static func bits(of type: hid_t, at location: Location) throws -> Int {
        8 * (try typeSize(of: type, at: location))
    }
}

/// The size of an element of a datatype, in bytes.
func typeSize(of type: hid_t, at location: Location) throws -> Int {
    try Library.call(.readFailed, "H5Tget_size", at: location) {
        let size = H5Tget_size(type)
        // H5Tget_size returns 0 on failure; other functions return a negative number.
        return size == 0 ? -1 : Int(clamping: size)
    }
}
