/// The content of a file in parts, as `replaceFile` takes it.
///
/// Large arrays stay the arrays that were given, so that a model is not copied for each message around its parameters.
package struct FileParts: Sendable {
    /// Arrays of at least this many bytes are not copied.
    private static let largeSize = 1 << 12

    private var finished: [[UInt8]] = []
    private var tail: [UInt8] = []

    /// The number of bytes.
    package private(set) var count = 0

    /// An empty file.
    package init() {}

    /// The parts in the file's order.
    package var arrays: [[UInt8]] { tail.isEmpty ? finished : finished + [tail] }

    /// All bytes in one array.
    package var joined: [UInt8] { Array(arrays.joined()) }

    /// Appends bytes.
    package mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        if bytes.count < Self.largeSize {
            tail += bytes
        } else {
            if !tail.isEmpty { finished.append(tail) }
            finished.append(bytes)
            tail = []
        }
    }

    /// Appends all that is in `other`.
    package mutating func append(_ other: FileParts) {
        for bytes in other.arrays { append(bytes) }
    }
}
