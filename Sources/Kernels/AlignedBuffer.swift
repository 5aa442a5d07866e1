#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A zero-filled allocation of `count` numbers on a 64-byte boundary: parameters, gradients, activations, samples.
///
/// Invariant: the memory is allocated once, never moves or grows, and is freed with the last reference. Access to
/// the elements is not synchronised: whoever hands ranges to several workers hands out disjoint ones, or only reads.
public final class AlignedBuffer<Element: BitwiseCopyable & Numeric & Sendable>: @unchecked Sendable {
    public let count: Int
    private let allocation: UnsafeMutableRawPointer
    private let base: UnsafeMutablePointer<Element>

    /// Ends the process where the machine has not that much memory.
    public init(count: Int) {
        precondition(count >= 0)
        self.count = count
        // The system's zeroed pages, untouched until they are used; a line more than asked for leaves room to align.
        guard let memory = calloc(count * MemoryLayout<Element>.stride + 64, 1) else {
            preconditionFailure("no memory for \(count) numbers")
        }
        allocation = memory
        base = memory.alignedUp(toMultipleOf: 64).bindMemory(to: Element.self, capacity: count)
    }

    deinit {
        free(allocation)
    }

    /// The whole buffer. The view does not keep it alive: hold the buffer in a variable or member for as long.
    public var view: BufferView<Element> { BufferView(base: base, count: count) }

    /// `count` rounded up to whole 64-byte lines.
    public static func aligned(_ count: Int) -> Int {
        let line = 64 / MemoryLayout<Element>.stride
        return (count + line - 1) / line * line
    }
}

/// A range of numbers in memory that somebody else owns; what kernels take and give.
///
/// Invariant: `base` points at `count` initialised elements for as long as the owner lives. Whoever stores a view
/// stores its owner beside it.
@frozen
public struct BufferView<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Element>
    public let count: Int

    @inlinable
    public init(base: UnsafeMutablePointer<Element>, count: Int) {
        self.base = base
        self.count = count
    }

    /// `count` elements from `offset` on.
    @inlinable
    public func slice(_ offset: Int, _ count: Int) -> BufferView {
        precondition(offset >= 0 && count >= 0 && offset + count <= self.count)
        return BufferView(base: base + offset, count: count)
    }

    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    @inlinable
    public func copy(from source: BufferView) {
        precondition(source.count == count)
        base.update(from: source.base, count: count)
    }

    /// The elements, where an `UnsafeMutableBufferPointer` is asked for.
    @inlinable
    public var pointer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }

    /// A copy of the elements.
    @inlinable
    public var array: [Element] { Array(pointer) }
}

public typealias FloatBuffer = AlignedBuffer<Float>
public typealias FloatView = BufferView<Float>
