import Datasets
import Dispatch
import DurableFiles
import Kernels
import Splits
import Synchronization
import Yams

/// Identifies the data of each split by a SHA-256 over its shape and scale, and the SHA-256 of every 4 MiB block of its
/// lengths if they differ, features, targets and sample weights. The blocks are hashed in parallel. Splits with equal fingerprints have equal
/// values.
package struct DataFingerprint: Sendable, Equatable {
    private let source: Source

    /// One digest for each split that exists, in the order of `SplitName.allCases`.
    package var digests: [(split: SplitName, digest: String)] { source.digests }

    package init(_ splits: [(SplitName, Samples)]) {
        source = Source { splits.map { ($0, Self.digest(of: $1)) } }
    }

    /// Computes the digests on first use, so that training does not wait for them.
    private final class Source: Sendable {
        private let compute: @Sendable () -> [(split: SplitName, digest: String)]
        private let cache = Mutex<[(split: SplitName, digest: String)]?>(nil)

        init(_ compute: @escaping @Sendable () -> [(split: SplitName, digest: String)]) { self.compute = compute }

        var digests: [(split: SplitName, digest: String)] {
            cache.withLock { cached in
                let digests = cached ?? compute()
                cached = digests
                return digests
            }
        }
    }

    package static func == (left: DataFingerprint, right: DataFingerprint) -> Bool {
        left.entries.map(\.key) == right.entries.map(\.key) && left.firstDifference(from: right) == nil
    }

    /// The first split that differs.
    package func firstDifference(from other: DataFingerprint) -> SplitName? {
        SplitName.allCases.first { self[$0] != other[$0] }
    }

    /// Whether a split is the same in another fingerprint.
    package func isSplit(_ split: SplitName, of other: DataFingerprint) -> Bool {
        self[split] != nil && self[split] == other[split]
    }

    /// Whether samples are those of one of the splits.
    package func has(_ samples: Samples) -> Bool {
        let digest = Self.digest(of: samples)
        return digests.contains { $0.digest == digest }
    }

    private subscript(split: SplitName) -> String? {
        digests.first { $0.split == split }?.digest
    }

    private static func digest(of samples: Samples) -> String {
        let features = samples.features
        let sha = SHA256()
        let description = "\(features.rows) \(features.sampleShape) \(features.scale) \(features.offset)"
        sha.update(Array(description.utf8))
        features.offsets?.withUnsafeBytes { sha.update(blockDigests(of: $0)) }
        features.withBytes { sha.update(blockDigests(of: $0)) }
        samples.targets.withBytes { sha.update(blockDigests(of: $0)) }
        if let weights = samples.weights { sha.update(blockDigests(of: .init(weights.view.pointer))) }
        return "sha256:" + sha.finalize().hexadecimal
    }

    /// The concatenated SHA-256 of each 4 MiB block.
    private static func blockDigests(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let (block, size) = (4 << 20, SHA256.byteCount)
        let count = (bytes.count + block - 1) / block
        let buffer = AlignedBuffer<UInt8>(count: count * size)
        // Safe: the bytes are only read, and only until this function returns.
        nonisolated(unsafe) let bytes = bytes
        let digests = buffer.view
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let sha = SHA256()
            sha.update(.init(rebasing: bytes[index * block..<min((index + 1) * block, bytes.count)]))
            _ = digests.slice(index * size, size).pointer.update(fromContentsOf: sha.finalize())
        }
        return buffer.array
    }
}

// MARK: Entries of a checkpoint's configuration, trainData: sha256:…

extension DataFingerprint {
    package static let keys = SplitName.allCases.map { key(of: $0) }

    private static func key(of split: SplitName) -> String { "\(split.rawValue)Data" }

    package var entries: [(key: String, value: Node)] {
        digests.map { (Self.key(of: $0.split), Node($0.digest)) }
    }

    package init(entries mapping: Node.Mapping) {
        let digests = SplitName.allCases.compactMap { split in
            mapping[Node(Self.key(of: split))]?.scalar.map { (split: split, digest: $0.string) }
        }
        source = Source { digests }
    }
}
