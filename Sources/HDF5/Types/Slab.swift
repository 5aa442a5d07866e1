internal import CHDF5

/// A hyperslab: evenly spaced blocks of a dataspace.
struct Slab {
    var start, stride, count, block: [hsize_t]

    static let unlimited = hsize_t.max

    /// The unlimited dimension; nil if there is none.
    var unlimitedDimension: Int? {
        count.indices.first { count[$0] == Self.unlimited || block[$0] == Self.unlimited }
    }

    /// The shape of the selected elements.
    var shape: [Int] {
        zip(count, block).map { Int(clamping: $0).multipliedReportingOverflow(by: Int(clamping: $1)).partialValue }
    }

    /// The shape of the smallest dataspace that contains it; 0 for an unlimited dimension.
    var end: [Int] {
        start.indices.map { index in
            guard count[index] > 0, ![count[index], block[index]].contains(Self.unlimited) else { return 0 }
            return Int(clamping: start[index] &+ (count[index] &- 1) &* stride[index] &+ block[index])
        }
    }

    /// The number of blocks that begin before `extent`.
    func blocks(_ dimension: Int, below extent: Int) -> Int {
        let length = extent - Int(clamping: start[dimension])
        if length <= 0 { return 0 }
        if block[dimension] == Self.unlimited { return 1 }
        let stride = max(1, Int(clamping: stride[dimension]))
        return (length - 1) / stride + 1
    }

    /// The number of selected indices before `extent`.
    func slices(_ dimension: Int, below extent: Int) -> Int {
        let length = max(0, extent - Int(clamping: start[dimension]))
        if block[dimension] == Self.unlimited { return length }
        let (stride, block) = (max(1, Int(clamping: stride[dimension])), Int(clamping: block[dimension]))
        return length / stride &* block &+ min(length % stride, block)
    }

    /// The extent that contains a number of selected indices.
    func extent(_ dimension: Int, ofSlices slices: Int) -> Int {
        let start = Int(clamping: start[dimension])
        if slices == 0 || block[dimension] == Self.unlimited { return start &+ slices }
        let (stride, block) = (Int(clamping: stride[dimension]), max(1, Int(clamping: block[dimension])))
        return start &+ (slices - 1) / block &* stride &+ (slices - 1) % block &+ 1
    }

    /// The same slab with a limited number of blocks, which end before `extent`.
    func limited(_ dimension: Int, toBlocks blocks: Int, below extent: Int) -> Slab {
        var slab = self
        if block[dimension] == Self.unlimited {
            slab.block[dimension] = hsize_t(max(0, extent - Int(clamping: start[dimension])))
            slab.stride[dimension] = max(1, slab.block[dimension])
            slab.count[dimension] = 1
        } else {
            slab.count[dimension] = hsize_t(blocks)
        }
        return slab
    }
}
