import Kernels

/// Gradients of all parts: sums of subtrees that wait for others, or gradients that wait for norms over several parts.
package struct GradientBuffer: Sendable {
    private let values: FloatBuffer

    /// - Parameter parts: in the network's order.
    package init(parts: [ParameterPart]) {
        values = FloatBuffer(count: parts.last.map { $0.gradientOffset + $0.gradientCount } ?? 0)
    }

    package subscript(part: ParameterPart) -> FloatView { values.view.slice(part.gradientOffset, part.gradientCount) }

    /// The gradients of contiguous parts.
    package subscript(parts: ArraySlice<ParameterPart>) -> FloatView {
        guard let first = parts.first, let last = parts.last else { return values.view.slice(0, 0) }
        return values.view.slice(
            first.gradientOffset, last.gradientOffset + last.gradientCount - first.gradientOffset)
    }
}
