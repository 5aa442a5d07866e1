/// A Swift number type for reading and writing datasets and attributes.
///
/// HDF5 converts between this type and any integer or float type in the file, of either byte order. Fractions are
/// truncated. A value that does not fit is silently clamped (−1 read as `UInt8` is 0, 300 is 255), or keeps its bits if it
/// is a big-endian integer of the same size (−1 is 255), so callers must choose a type that is wide enough.
///
/// Other types must not conform, since the bytes of a value must match `elementType`.
package protocol HDF5Scalar: Sendable, BitwiseCopyable {
    /// The type of the values in a file.
    static var elementType: ElementType { get }
}

extension HDF5Scalar where Self: FixedWidthInteger {
    /// An integer of its width and signedness.
    package static var elementType: ElementType { .integer(bits: bitWidth, signed: isSigned) }
}

extension Int8: HDF5Scalar {}
extension Int16: HDF5Scalar {}
extension Int32: HDF5Scalar {}
extension Int64: HDF5Scalar {}
extension Int: HDF5Scalar {}
extension UInt8: HDF5Scalar {}
extension UInt16: HDF5Scalar {}
extension UInt32: HDF5Scalar {}
extension UInt64: HDF5Scalar {}

extension Float: HDF5Scalar {
    /// A 32-bit float.
    package static var elementType: ElementType { .float(bits: 32) }
}

extension Double: HDF5Scalar {
    /// A 64-bit float.
    package static var elementType: ElementType { .float(bits: 64) }
}
