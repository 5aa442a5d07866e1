/// A Swift number that datasets and attributes can be read into and written from.
///
/// HDF5 converts on reading and writing: from any integer or float type in the file, of either byte order, to
/// this one. Fractions are cut off. A value that does not fit is silently clamped to the nearest that does (−1 read
/// as `UInt8` is 0, 300 is 255), or from a big-endian integer of the same size keeps its bits (−1 is 255): whoever
/// reads chooses a type that is wide enough.
///
/// The conformances below are all there are: the bytes of a value must be what `elementType` says.
package protocol HDF5Scalar: Sendable, BitwiseCopyable {
    /// What its values are when written.
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
