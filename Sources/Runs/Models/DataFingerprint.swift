import Datasets
import Dispatch
import DurableFiles
import Kernels
import Synchronization
import Yams

/// What the numbers of each split are, as SHA-256 over shape, scale, and the SHA-256 of each 4 MiB of features and of
/// targets, so that all cores take part. Two runs on splits of one fingerprint learn from, and are judged by, the same
/// numbers.
package struct DataFingerprint: Sendable, Equatable {
    private let source: Source

    /// The splits there are, in the order of `SplitName.allCases`.
    package var digests: [(split: SplitName, digest: String)] { source.digests }

    package init(_ splits: [(SplitName, Samples)]) {
        source = Source { splits.map { ($0, Self.digest(of: $1)) } }
    }

    /// Computed once, when somebody asks: training need not wait for the first checkpoint, nor for what only that needs.
    private final class Source: Sendable {
        private let compute: @Sendable () -> [(split: SplitName, digest: String)]
        private let computed = Mutex<[(split: SplitName, digest: String)]?>(nil)

        init(_ compute: @escaping @Sendable () -> [(split: SplitName, digest: String)]) {
            self.compute = compute
        }

        var digests: [(split: SplitName, digest: String)] {
            computed.withLock { known in
                let digests = known ?? compute()
                known = digests
                return digests
            }
        }
    }

    package static func == (left: DataFingerprint, right: DataFingerprint) -> Bool {
        left.entries.map(\.key) == right.entries.map(\.key) && left.firstDifference(from: right) == nil
    }

    /// The first split that is not the same in both.
    func firstDifference(from other: DataFingerprint) -> SplitName? {
        SplitName.allCases.first { self[$0] != other[$0] }
    }

    private subscript(split: SplitName) -> String? {
        digests.first { $0.split == split }?.digest
    }

    private static func digest(of samples: Samples) -> String {
        let features = samples.features
        let sha = SHA256()
        let description = "\(features.rows) \(features.sampleShape) \(features.scale) \(features.offset)"
        sha.update(Array(description.utf8))
        features.withBytes { sha.update(blockDigests(of: $0)) }
        samples.targets.withBytes { sha.update(blockDigests(of: $0)) }
        return "sha256:" + sha.finalize().hexadecimal
    }

    /// The SHA-256 of each 4 MiB, one after the other.
    private static func blockDigests(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let (block, size) = (4 << 20, SHA256.byteCount)
        let count = (bytes.count + block - 1) / block
        let buffer = AlignedBuffer<UInt8>(count: count * size)
        // Only read, and by workers that end before this returns.
        nonisolated(unsafe) let bytes = bytes
        let digests = buffer.view
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let sha = SHA256()
            sha.update(.init(rebasing: bytes[number * block..<min((number + 1) * block, bytes.count)]))
            _ = digests.slice(number * size, size).pointer.update(fromContentsOf: sha.finalize())
        }
        return digests.array
    }
}

// MARK: As lines of YAML: trainData: sha256:…

extension DataFingerprint {
    static let keys = SplitName.allCases.map { key(of: $0) }

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
