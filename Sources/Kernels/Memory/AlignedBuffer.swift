#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A zero-filled allocation of `count` elements on a 64-byte boundary: parameters, gradients, activations, samples.
///
/// Invariant: the memory is allocated once, never moves or grows, and is freed with the last reference. Access to the
/// elements is not synchronised: workers write to disjoint ranges, or only read.
public final class AlignedBuffer<Element: BitwiseCopyable & Numeric & Sendable>: @unchecked Sendable {
    public let count: Int
    private let allocation: UnsafeMutableRawPointer
    /// Bytes to unmap; nil if the allocation is malloc's.
    private let mappedSize: Int?
    private let base: UnsafeMutablePointer<Element>

    /// Ends the process with exit code 71 if the system is out of memory.
    /// - Parameter isShared: whether later child processes share the memory instead of getting a copy.
    public init(count: Int, isShared: Bool = false) {
        precondition(count >= 0)
        self.count = count
        let bytes = count * MemoryLayout<Element>.stride
        // A large page has one page fault instead of 512, and fewer misses of the TLB.
        let isLarge = bytes >= Self.hugePage / 2
        let page = isLarge ? Self.hugePage : 64
        let size = (bytes + page - 1) / page * page
        // With room to align. The system's zeroed pages are not touched before they are used.
        mappedSize = isShared || isLarge ? size + page : nil
        let memory = mappedSize.map { Self.map($0, isShared: isShared) } ?? calloc(size + page, 1)
        guard let memory else { outOfMemory(bytes) }
        allocation = memory
        let start = memory.alignedUp(toMultipleOf: page)
        base = start.bindMemory(to: Element.self, capacity: count)
        #if os(Linux)
        if isLarge { madvise(start, size, MADV_HUGEPAGE) }
        #endif
    }

    deinit {
        if let mappedSize { munmap(allocation, mappedSize) } else { free(allocation) }
    }

    private static var hugePage: Int { 2 << 20 }

    private static func map(_ size: Int, isShared: Bool) -> UnsafeMutableRawPointer? {
        let sharing = isShared ? MAP_SHARED : MAP_PRIVATE
        let memory = mmap(nil, size, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0)
        return memory == MAP_FAILED ? nil : memory
    }

    /// The whole buffer. The view does not keep it alive: hold the buffer in a variable or member as long.
    public var view: BufferView<Element> { BufferView(base: base, count: count) }

    /// A buffer of its own with the same elements.
    public func copy() -> AlignedBuffer {
        let copy = AlignedBuffer(count: count)
        copy.view.copy(from: view)
        return copy
    }

    /// `count` rounded up to whole 64-byte lines.
    public static func aligned(_ count: Int) -> Int {
        let line = 64 / MemoryLayout<Element>.stride
        return (count + line - 1) / line * line
    }
}

/// Ends the process with a message: no caller could go on without the memory.
private func outOfMemory(_ bytes: Int) -> Never {
    let words = Array("error: out of memory: the system does not give \(bytes) bytes more\n".utf8)
    _ = write(STDERR_FILENO, words, words.count)
    exit(71)
}

/// A borrowed range of elements of a buffer: the arguments of kernels.
///
/// Invariant: `base` points at `count` initialised elements for as long as the owner lives. A stored view has its owner
/// stored beside it.
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

    /// The same elements as an `UnsafeMutableBufferPointer`.
    @inlinable
    public var pointer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }

    /// A copy of the elements.
    @inlinable
    public var array: [Element] { Array(pointer) }
}

public typealias FloatBuffer = AlignedBuffer<Float>
public typealias FloatView = BufferView<Float>
