import Formats
import Kernels

/// A tensor in memory, row-major, while it goes from one program's order to another's.
package struct FloatTensor: Sendable, Equatable {
    package let shape: [Int]
    package let values: [Float]

    package init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count)
        (self.shape, self.values) = (shape, values)
    }

    /// A tensor of equal elements.
    package init(shape: [Int], repeating value: Float) {
        self.init(shape: shape, values: Array(repeating: value, count: shape.reduce(1, *)))
    }

    package init(shape: [Int], _ view: FloatView) { self.init(shape: shape, values: view.array) }

    /// The elements of a stored tensor as floats.
    package init(_ stored: StoredTensor) {
        switch stored.elements {
        case .floats(let values): self.init(shape: stored.shape, values: values)
        case .doubles(let values): self.init(shape: stored.shape, values: values.map(Float.init))
        case .integers(let values): self.init(shape: stored.shape, values: values.map(Float.init))
        }
    }

    /// The same tensor with a name.
    package func stored(_ name: String) -> StoredTensor {
        guard let stored = StoredTensor(name: name, shape: shape, elements: .floats(values)) else {
            preconditionFailure("a tensor has as many elements as its shape")
        }
        return stored
    }

    /// The same elements, in the same order, in another shape.
    package func reshaped(_ shape: [Int]) -> FloatTensor { FloatTensor(shape: shape, values: values) }

    /// The same elements with their axes in another order, as NumPy's `transpose`.
    /// - Parameter order: for each axis of the result, its place among this tensor's axes.
    package func transposed(_ order: [Int]) -> FloatTensor {
        precondition(order.sorted() == Array(shape.indices))
        var strides = Array(repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        let indices = order.reduce([0]) { indices, axis in
            indices.flatMap { index in (0..<shape[axis]).map { index + $0 * strides[axis] } }
        }
        return FloatTensor(shape: order.map { shape[$0] }, values: indices.map { values[$0] })
    }

    /// The first axis in as many equal blocks as `order` has, such as the gates of a recurrent layer, in another order.
    /// - Parameter order: for each block of the result, its place among this tensor's blocks.
    package func withBlocks(_ order: [Int]) -> FloatTensor {
        let size = values.count / order.count
        return FloatTensor(shape: shape, values: order.flatMap { values[$0 * size..<($0 + 1) * size] })
    }

    /// The elements of one of several equal blocks of the first axis.
    package func block(_ index: Int, of count: Int) -> FloatTensor {
        let size = values.count / count
        return FloatTensor(
            shape: [shape[0] / count] + shape.dropFirst(), values: Array(values[index * size..<(index + 1) * size]))
    }

    /// Tensors one after another along the first axis.
    package static func concatenated(_ parts: [FloatTensor]) -> FloatTensor {
        FloatTensor(
            shape: [parts.reduce(0) { $0 + $1.shape[0] }] + (parts.first?.shape.dropFirst() ?? []),
            values: parts.flatMap(\.values))
    }
}
