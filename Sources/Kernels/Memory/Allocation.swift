#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Zero-filled memory on a 64-byte boundary, which whoever made it frees once. To make it ends the process where the machine has
/// not that much.
struct Allocation: @unchecked Sendable {
    /// The first byte.
    let start: UnsafeMutableRawPointer
    /// By which other processes find memory that is shared, System V's shmid: the memory of files would count against the limit
    /// on their size. They have to attach it as long as this one has.
    let identifier: Int32?
    /// What the system gave, the room to align included.
    private let whole: UnsafeMutableRawPointer
    /// Of what the system gave, where it is a mapping of its own.
    private let mappedSize: Int?

    /// Of this process alone.
    init(_ bytes: Int) {
        let page = Self.page(bytes)
        let size = Self.roundUp(bytes, to: page)
        // Room to align. Either way the system's zeroed pages, untouched until they are used.
        mappedSize = page == Self.hugePage ? size + page : nil
        let memory = mappedSize.map { Self.map($0, PROT_READ | PROT_WRITE) } ?? calloc(size + page, 1)
        guard let memory else { outOfMemory(bytes) }
        (whole, identifier) = (memory, nil)
        start = memory.alignedUp(toMultipleOf: page)
        if mappedSize != nil { Self.askForHugePages(start, size) }
    }

    /// Of this process, its children, and whoever attaches it.
    init(shared bytes: Int) {
        let memory = shmget(IPC_PRIVATE, Self.sharedSize(bytes), IPC_CREAT | 0o600)
        guard memory >= 0 else { outOfMemory(bytes) }
        self.init(attaching: memory, bytes)
        // It goes with the last process that has it attached.
        shmctl(memory, IPC_RMID, nil)
    }

    /// What another process shares.
    init(attaching memory: Int32, _ bytes: Int) {
        let page = max(Self.page(bytes), Self.systemPage)
        let size = Self.sharedSize(bytes)
        // A range of addresses to align in, of which the memory takes a part.
        guard let range = Self.map(size + page, PROT_NONE) else { outOfMemory(bytes) }
        let aligned = range.alignedUp(toMultipleOf: page)
        guard shmat(memory, aligned, SHM_REMAP) == aligned else { outOfMemory(bytes) }
        (whole, start, mappedSize, identifier) = (range, aligned, size + page, memory)
        if page == Self.hugePage { Self.askForHugePages(start, size) }
    }

    func free() {
        if let mappedSize { munmap(whole, mappedSize) } else { Self.freeHeap(whole) }
    }

    private static func sharedSize(_ bytes: Int) -> Int { max(roundUp(bytes, to: page(bytes)), systemPage) }

    private static let systemPage = Int(sysconf(Int32(_SC_PAGESIZE)))
    private static let hugePage = 2 << 20

    /// Large pages: one fault in place of 512, and fewer misses of the address cache.
    private static func page(_ bytes: Int) -> Int { bytes >= hugePage / 2 ? hugePage : 64 }

    private static func roundUp(_ bytes: Int, to page: Int) -> Int { (bytes + page - 1) / page * page }

    private static func map(_ size: Int, _ protection: Int32) -> UnsafeMutableRawPointer? {
        let memory = mmap(nil, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return memory == MAP_FAILED ? nil : memory
    }

    private static func askForHugePages(_ start: UnsafeMutableRawPointer, _ size: Int) {
        #if os(Linux)
        madvise(start, size, MADV_HUGEPAGE)
        #endif
    }

    private static func freeHeap(_ memory: UnsafeMutableRawPointer) {
        #if canImport(Glibc)
        Glibc.free(memory)
        #else
        Darwin.free(memory)
        #endif
    }
}

/// Ends the process with a message: no caller could go on without the memory.
private func outOfMemory(_ bytes: Int) -> Never {
    let words = Array("error: out of memory: the system does not give \(bytes) bytes more\n".utf8)
    _ = write(STDERR_FILENO, words, words.count)
    exit(71)
}
