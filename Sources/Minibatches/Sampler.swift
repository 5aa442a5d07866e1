import Kernels

/// The order in which an epoch visits the samples.
public struct Sampler: Sendable {
    public enum Shuffle: String, Sendable, CaseIterable {
        /// A new permutation of all samples for each epoch.
        case full
        /// The order of the file.
        case none
    }

    public let sampleCount: Int
    public let shuffle: Shuffle
    public let seed: UInt64

    public init(sampleCount: Int, shuffle: Shuffle, seed: UInt64) {
        self.sampleCount = sampleCount
        self.shuffle = shuffle
        self.seed = seed
    }

    /// The sample indices of an epoch in order.
    public func order(ofEpoch epoch: Int) -> [Int] {
        var order = Array(0..<sampleCount)
        if shuffle == .full {
            Philox(seed: seed, purpose: .shuffle, stream: UInt32(truncatingIfNeeded: epoch)).shuffle(&order)
        }
        return order
    }
}
