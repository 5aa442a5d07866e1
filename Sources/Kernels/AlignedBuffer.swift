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

    private let isShared: Bool

    /// Ends the process where the machine has not that much memory.
    /// - Parameter isShared: whether child processes made from now on write to the same memory, not to a copy.
    public init(count: Int, isShared: Bool = false) {
        precondition(count >= 0)
        self.count = count
        self.isShared = isShared
        // The system's zeroed pages, untouched until they are used.
        let memory = isShared ? Self.mapShared(Self.size(count)) : calloc(Self.size(count), 1)
        guard let memory else { preconditionFailure("no memory for \(count) numbers") }
        allocation = memory
        base = memory.alignedUp(toMultipleOf: 64).bindMemory(to: Element.self, capacity: count)
        if !isShared { Self.adviseHugePages(memory, size: Self.size(count)) }
    }

    deinit {
        if isShared { munmap(allocation, Self.size(count)) } else { free(allocation) }
    }

    /// Bytes of the allocation: a line more than asked for leaves room to align.
    private static func size(_ count: Int) -> Int { count * MemoryLayout<Element>.stride + 64 }

    private static func mapShared(_ size: Int) -> UnsafeMutableRawPointer? {
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        return memory == MAP_FAILED ? nil : memory
    }

    /// Asks for pages of 2 MiB where they fit: one fault in place of 512, and fewer misses of the address cache.
    private static func adviseHugePages(_ memory: UnsafeMutableRawPointer, size: Int) {
        #if os(Linux)
        let page = 2 << 20
        guard size >= 2 * page else { return }
        let first = memory.alignedUp(toMultipleOf: page)
        madvise(first, (memory + size - first) / page * page, MADV_HUGEPAGE)
        #endif
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
