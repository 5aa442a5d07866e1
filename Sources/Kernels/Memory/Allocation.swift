#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Zero-filled memory on a 64-byte boundary. Its owner frees it once.
struct Allocation: @unchecked Sendable {
    /// The first byte.
    let start: UnsafeMutableRawPointer
    /// The identifier of a shared memory segment, by which other processes attach it while this one has it attached. Segments
    /// are System V's: a memory file (memfd) would count against the limit on the size of files.
    let identifier: Int32?
    /// The beginning of the heap block or of the mapping, which has room to align `start`.
    private let whole: UnsafeMutableRawPointer
    /// The size of the mapping; nil for a heap block.
    private let mappedSize: Int?

    /// Memory of this process alone. Ends the process with exit code 71 if the system is out of memory.
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

    /// A shared memory segment, which child processes share and other processes attach. Ends the process with exit code 71 if
    /// the system is out of memory.
    init(shared bytes: Int) {
        let segment = shmget(IPC_PRIVATE, Self.sharedSize(bytes), IPC_CREAT | 0o600)
        guard segment >= 0 else { outOfMemory(bytes) }
        let allocation = Allocation(attaching: segment, bytes)
        // The system removes the segment with the last process that has it attached. Linux lets others attach it until then.
        shmctl(segment, IPC_RMID, nil)
        guard let allocation else { outOfMemory(bytes) }
        self = allocation
    }

    /// Attaches a segment of another process; nil if that has ended, or the segment is too small or does not fit.
    init?(attaching segment: Int32, _ bytes: Int) {
        let page = max(Self.page(bytes), Self.systemPage)
        let size = Self.sharedSize(bytes)
        var status = shmid_ds()
        guard shmctl(segment, IPC_STAT, &status) == 0, status.shm_segsz >= size else { return nil }
        // Addresses in which the segment is aligned.
        guard let range = Self.map(size + page, PROT_NONE) else { return nil }
        let aligned = range.alignedUp(toMultipleOf: page)
        guard shmat(segment, aligned, SHM_REMAP) == aligned else {
            munmap(range, size + page)
            return nil
        }
        (whole, start, mappedSize, identifier) = (range, aligned, size + page, segment)
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
