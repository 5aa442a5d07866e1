import Kernels

/// The order in which the leaves of a minibatch are added: a perfect binary tree by leaf number, in which an empty leaf adds
/// nothing. Sums of finished subtrees are kept as a binary counter keeps its digits: that of 2ᵏ leaves at level k.
package struct LeafTree: Sendable {
    /// The leaves that have rows, from 0.
    package let leafCount: Int

    package init(leafCount: Int) { self.leafCount = leafCount }

    /// The levels whose sums a finished leaf is added to, from the lowest on, as the bits of a number: those of subtrees that
    /// it completes, and all for the last leaf.
    package func levels(mergedBy leaf: Int) -> Int {
        leaf == leafCount - 1 ? leaf : leaf & ~(leaf + 1)
    }

    /// How many levels keep a sum at some time.
    package var levelCount: Int { Int.bitWidth - (leafCount - 1).leadingZeroBitCount }
}

/// Gradients of all parts: sums of subtrees that wait for the others, or gradients that wait for norms over several parts.
package struct GradientBuffer: Sendable {
    private let values: FloatBuffer

    package init(parts: [ParameterPart]) {
        values = FloatBuffer(count: parts.map { $0.gradientOffset + $0.gradientCount }.max() ?? 0)
    }

    package subscript(part: ParameterPart) -> FloatView { values.view.slice(part.gradientOffset, part.gradientCount) }
}
