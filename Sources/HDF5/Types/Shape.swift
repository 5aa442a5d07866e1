internal import CHDF5
internal import DurableFiles

/// Functions on shapes and dataspaces. A shape is the size of each dimension, the slowest first; [] for a scalar.
enum Shape {
    /// The number of elements; nil if it overflows or a dimension is negative.
    static func elementCount(_ shape: some Collection<Int>) -> Int? {
        guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
        if shape.contains(0) { return 0 }
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            count = product
        }
        return count
    }

    /// The number of elements; nil if they would not fit into memory, since a damaged file may claim any size.
    static func elementCount(_ shape: [Int], elementSize: Int) -> Int? {
        guard let count = elementCount(shape) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: elementSize)
        return overflow || bytes > ProcessLimits.memory ? nil : count
    }

    /// The shape of a dataspace; [0] for the null dataspace, which has no elements.
    static func of(space: hid_t, at location: Location) throws -> [Int] {
        if Library.locked({ H5Sget_simple_extent_type(space) == H5S_NULL }) { return [0] }
        let rank = try Library.call(.readFailed, "H5Sget_simple_extent_ndims", at: location) {
            H5Sget_simple_extent_ndims(space)
        }
        var extents = [hsize_t](repeating: 0, count: Int(rank))
        var limits = extents
        try Library.call(.readFailed, "H5Sget_simple_extent_dims", at: location) {
            H5Sget_simple_extent_dims(space, &extents, &limits)
        }
        return try zip(extents, limits).map { extent, limit in
            // HDF5 does not check that a dimension is within its limit, which damage may violate.
            guard extent <= limit, let size = Int(exactly: extent) else {
                throw location.error(.readFailed, "H5Sget_simple_extent_dims", "dimension \(extent) is too large")
            }
            return size
        }
    }

    /// Creates a dataspace with a shape.
    static func space(_ shape: [Int], _ kind: HDF5Error.Kind, at location: Location) throws -> Handle {
        if shape.isEmpty {
            return try Handle(kind, "H5Screate", at: location, close: H5Sclose) { H5Screate(H5S_SCALAR) }
        }
        let extents = try extents(of: shape, kind, "H5Screate_simple", at: location)
        return try Handle(kind, "H5Screate_simple", at: location, close: H5Sclose) {
            H5Screate_simple(Int32(clamping: extents.count), extents, nil)
        }
    }

    /// Converts a shape to HDF5's type.
    /// - Throws: `HDF5Error` of the given kind if a dimension is negative.
    static func extents(
        of shape: [Int], _ kind: HDF5Error.Kind, _ operation: String, at location: Location
    ) throws -> [hsize_t] {
        try shape.map { size in
            guard let extent = hsize_t(exactly: size) else {
                throw location.error(kind, operation, "shape \(shape) has a negative dimension")
            }
            return extent
        }
    }
}
