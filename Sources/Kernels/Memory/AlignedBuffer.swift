/// A zero-filled allocation of `count` numbers on a 64-byte boundary: parameters, gradients, activations, samples.
///
/// Invariant: the memory is allocated once, never moves or grows, and is freed with the last reference. Access to
/// the elements is not synchronised: whoever hands ranges to several workers hands out disjoint ones, or only reads.
public final class AlignedBuffer<Element: BitwiseCopyable & Numeric & Sendable>: @unchecked Sendable {
    public let count: Int
    private let allocation: Allocation
    private let base: UnsafeMutablePointer<Element>
    /// By which other processes attach memory that is shared, while the buffer is held; nil for any other memory.
    package var identifier: Int32? { allocation.identifier }

    /// Ends the process where the machine has not that much memory.
    /// - Parameter isShared: whether child processes made from now on write to the same memory, not to a copy, and others
    ///   attach it by its `identifier`.
    public convenience init(count: Int, isShared: Bool = false) {
        let bytes = count * MemoryLayout<Element>.stride
        self.init(count: count, isShared ? Allocation(shared: bytes) : Allocation(bytes))
    }

    /// The memory of a shared buffer of another process, which has as many elements.
    package convenience init(count: Int, attaching identifier: Int32) {
        self.init(count: count, Allocation(attaching: identifier, count * MemoryLayout<Element>.stride))
    }

    private init(count: Int, _ allocation: Allocation) {
        precondition(count >= 0)
        self.count = count
        self.allocation = allocation
        base = allocation.start.bindMemory(to: Element.self, capacity: count)
    }

    deinit { allocation.free() }

    /// The whole buffer. The view does not keep it alive: hold the buffer in a variable or member for as long.
    public var view: BufferView<Element> { BufferView(base: base, count: count) }

    /// The same elements in memory of their own.
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
