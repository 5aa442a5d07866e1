/// The distribution of numbers in buckets of equal width, as tensorboard/plugins/histogram/summary_v2.py makes it.
package struct Histogram: Sendable, Equatable {
    /// As many as TensorBoard's own summaries have.
    static let bucketCount = 30

    /// The ends of a bucket, of which only the last one's upper end belongs to it, and how many numbers are in it.
    struct Bucket: Equatable {
        var lower = 0.0
        var upper = 0.0
        var count = 0.0
    }

    private(set) var buckets: [Bucket]

    /// The distribution of the finite ones of `values`: no bucket can hold others.
    package init(of values: [Float]) {
        buckets = [Bucket](repeating: Bucket(), count: Self.bucketCount)
        let finite = values.lazy.filter(\.isFinite).map(Double.init)
        guard let least = finite.min(), let greatest = finite.max() else { return }
        let width = (greatest - least) / Double(Self.bucketCount)
        for index in buckets.indices {
            buckets[index].lower = Double(index) * width + least
            buckets[index].upper = Double(index + 1) * width + least
        }
        buckets[Self.bucketCount - 1].upper = greatest
        for value in finite {
            let index = least == greatest ? Self.bucketCount - 1 : Int((value - least) / width)
            buckets[min(index, Self.bucketCount - 1)].count += 1
        }
    }
}
