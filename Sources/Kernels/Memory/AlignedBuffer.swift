/// A zero-filled allocation of `count` elements on a 64-byte boundary: parameters, gradients, activations, samples.
///
/// Invariant: the memory is allocated once, never moves or grows, and is freed with the last reference. Access to the
/// elements is not synchronised: workers write to disjoint ranges, or only read.
public final class AlignedBuffer<Element: BitwiseCopyable & Numeric & Sendable>: @unchecked Sendable {
    public let count: Int
    private let allocation: Allocation
    private let base: UnsafeMutablePointer<Element>
    /// The identifier by which other processes attach shared memory while the buffer is held; nil if it is not shared.
    package var identifier: Int32? { allocation.identifier }

    /// Ends the process with exit code 71 if the system is out of memory.
    /// - Parameter isShared: whether later child processes share the memory instead of getting a copy, and other processes can
    ///   attach it by its `identifier`.
    public convenience init(count: Int, isShared: Bool = false) {
        let bytes = count * MemoryLayout<Element>.stride
        self.init(count: count, isShared ? Allocation(shared: bytes) : Allocation(bytes))
    }

    /// A buffer of these elements.
    package convenience init(_ elements: [Element]) {
        self.init(count: elements.count)
        _ = view.pointer.update(fromContentsOf: elements)
    }

    /// Attaches the shared memory of another process's buffer with as many elements; nil if that is not possible any more.
    package convenience init?(count: Int, attaching identifier: Int32) {
        guard let allocation = Allocation(attaching: identifier, count * MemoryLayout<Element>.stride) else {
            return nil
        }
        self.init(count: count, allocation)
    }

    private init(count: Int, _ allocation: Allocation) {
        precondition(count >= 0)
        self.count = count
        self.allocation = allocation
        base = allocation.start.bindMemory(to: Element.self, capacity: count)
    }

    deinit { allocation.free() }

    /// The whole buffer. The view does not keep it alive: hold the buffer in a variable or member as long.
    public var view: BufferView<Element> { BufferView(base: base, count: count) }

    /// A copy of the elements. That of a view does not keep the buffer alive until it is taken.
    public var array: [Element] { withExtendedLifetime(self) { view.array } }

    /// A buffer of its own with the same elements.
    public func copy() -> AlignedBuffer {
        let copy = AlignedBuffer(count: count)
        withExtendedLifetime(self) { copy.view.copy(from: view) }
        return copy
    }

    /// `count` rounded up to whole 64-byte lines.
    public static func aligned(_ count: Int) -> Int {
        let line = 64 / MemoryLayout<Element>.stride
        return (count + line - 1) / line * line
    }
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
    public func slice(_ range: Range<Int>) -> BufferView { slice(range.lowerBound, range.count) }

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

    /// The bytes of the elements.
    package var bytes: BufferView<UInt8> {
        let size = count * MemoryLayout<Element>.stride
        return BufferView<UInt8>(
            base: UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self), count: size)
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
