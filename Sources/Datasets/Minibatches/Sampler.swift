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

    /// The sample indices of an epoch in order (Fisher and Yates 1938, in Durstenfeld's form).
    public func order(ofEpoch epoch: Int) -> [Int] {
        var order = Array(0..<sampleCount)
        if shuffle == .full {
            let random = Philox(seed: seed, purpose: .shuffle, stream: UInt32(truncatingIfNeeded: epoch))
            for index in stride(from: sampleCount - 1, to: 0, by: -1) {
                order.swapAt(index, random.integer(UInt64(index), below: index + 1))
            }
        }
        return order
    }
}
