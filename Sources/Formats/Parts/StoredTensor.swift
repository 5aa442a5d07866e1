/// A tensor in a file: its name, its shape and its elements in row-major order.
package struct StoredTensor: Sendable, Equatable {
    /// The name, by which the file has it once.
    package let name: String
    /// The dimensions; none for a single number.
    package let shape: [Int]
    /// The elements, the last index varying fastest.
    package let elements: Elements

    /// Returns nil if the shape does not have as many elements as there are.
    package init?(name: String, shape: [Int], elements: Elements) {
        guard Self.elementCount(of: shape) == elements.count else { return nil }
        self.name = name
        self.shape = shape
        self.elements = elements
    }

    /// The product of the dimensions; nil if one is negative, or the product of those above 0 is too large for an `Int`.
    static func elementCount(of shape: [Int]) -> Int? {
        var count = 1
        // Without zeros, so that the distances between elements of an empty tensor are numbers, too.
        for dimension in shape where dimension != 0 {
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: dimension)
            guard dimension > 0, !isTooLarge else { return nil }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    /// The elements of a tensor, in one of the types that all of these formats have.
    package enum Elements: Sendable, Equatable {
        case floats([Float])
        case doubles([Double])
        case integers([Int64])

        /// The number of elements.
        package var count: Int {
            switch self {
            case .floats(let values): values.count
            case .doubles(let values): values.count
            case .integers(let values): values.count
            }
        }

        /// The bytes of one element.
        var size: Int {
            switch self {
            case .floats: MemoryLayout<Float>.size
            case .doubles: MemoryLayout<Double>.size
            case .integers: MemoryLayout<Int64>.size
            }
        }

        /// The elements as all formats have them: IEEE 754 or two's complement, little-endian.
        var bytes: [UInt8] {
            switch self {
            case .floats(let values): [UInt8](littleEndian: values.map(\.bitPattern))
            case .doubles(let values): [UInt8](littleEndian: values.map(\.bitPattern))
            case .integers(let values): [UInt8](littleEndian: values)
            }
        }
    }
}

extension [StoredTensor] {
    /// The first name that an earlier tensor has already.
    var repeatedName: String? {
        var names: Set<String> = []
        return first { !names.insert($0.name).inserted }?.name
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as numbers of single precision; a rest is left out.
    var floats: [Float] { littleEndian(UInt32.self).map(Float.init(bitPattern:)) }

    /// The bytes as numbers of double precision; a rest is left out.
    var doubles: [Double] { littleEndian(UInt64.self).map(Double.init(bitPattern:)) }
}
