import Kernels
import Networks

/// One gradient slab a shard, and their reduction to the mean gradient of the minibatch.
struct GradientReducer: Sendable {
    private let slabs: FloatBuffer
    private let stride: Int

    init(layout: ParameterLayout, shardCount: Int) {
        stride = layout.bufferCount
        slabs = FloatBuffer(count: stride * shardCount)
    }

    /// Where a shard's gradients go: sums over its samples.
    func slab(_ shard: Int) -> FloatView {
        slabs.view.slice(shard * stride, stride)
    }

    /// The gradient of a range: the first `slabCount` slabs added as a pairwise tree over the shard index, and divided
    /// by the minibatch's samples. It replaces the range of slab 0.
    func reduce(_ range: UpdateRange, slabCount: Int, samples: Int) -> FloatView {
        reduceSlabs(
            slabs.view, stride: stride, slabCount: slabCount, offset: range.offset, count: range.count,
            samples: samples)
        return slabs.view.slice(range.offset, range.count)
    }
}
