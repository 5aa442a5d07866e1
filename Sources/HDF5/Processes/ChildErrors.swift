internal import Foundation

/// Shared memory in which child processes store their errors.
///
/// Invariant: the memory is mapped in `init` and unmapped in `deinit`. A child writes to its own slot, and the parent reads
/// after all children have ended. All children may overwrite the heartbeat count of a failure.
final class ChildErrors {
    private let types: [any (Error & Codable).Type]
    private let count: Int
    private let memory: UnsafeMutableRawPointer?
    /// In a child: its number of heartbeats.
    private var heartbeats = 0

    /// Bytes for each child. A larger error is not passed on.
    private static let slotSize = 1 << 18
    /// Bytes before the slots, which contain the number of heartbeats at which a child has failed; 0 for none.
    private static let headerSize = 64

    /// The header of a slot: the size of the error, and the child's number of heartbeats.
    private struct SlotHeader: BitwiseCopyable {
        var size = 0
        var heartbeats = 0
    }

    /// - Parameters:
    ///   - types: the types of errors that are passed on.
    ///   - count: the number of children.
    init(of types: [any (Error & Codable).Type], from count: Int) {
        (self.types, self.count) = (types, count)
        let mapped = mmap(nil, Self.size(count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        memory = mapped == MAP_FAILED ? nil : mapped
    }

    deinit {
        if let memory { munmap(memory, Self.size(count)) }
    }

    private static func size(_ count: Int) -> Int { headerSize + slotSize * count }

    private func slot(_ child: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: memory.map { $0 + Self.headerSize + child * Self.slotSize }, count: Self.slotSize)
    }

    /// In a child: counts a heartbeat. Ends the child if another one has failed at an earlier heartbeat.
    func heartbeat() {
        heartbeats += 1
        if let failed = memory?.load(as: Int.self), failed > 0, heartbeats > failed { _exit(1) }
    }

    /// In a child: stores its error as the index of its type, a line feed, and JSON.
    func store(_ error: any Error, child: Int) {
        guard let memory, let typeIndex = types.firstIndex(where: { $0 == type(of: error) }),
            let error = error as? any Encodable, let json = try? JSONEncoder().encode(error)
        else { return }
        let bytes = Data("\(typeIndex)\n".utf8) + json
        let slot = slot(child)
        guard MemoryLayout<SlotHeader>.size + bytes.count <= slot.count else { return }
        UnsafeMutableRawBufferPointer(rebasing: slot.dropFirst(MemoryLayout<SlotHeader>.size)).copyBytes(from: bytes)
        slot.storeBytes(of: SlotHeader(size: bytes.count, heartbeats: heartbeats), as: SlotHeader.self)
        memory.storeBytes(of: max(1, heartbeats), as: Int.self)
    }

    /// After all children have ended: the error at the earliest heartbeat, so the first one in the order of the work.
    var first: (any Error)? {
        guard memory != nil else { return nil }
        let headers = (0..<count).map { slot($0).load(as: SlotHeader.self) }
        let failed = headers.indices.filter { headers[$0].size > 0 }
        guard let child = failed.min(by: { headers[$0].heartbeats < headers[$1].heartbeats }) else { return nil }
        let bytes = slot(child).dropFirst(MemoryLayout<SlotHeader>.size).prefix(headers[child].size)
        let parts = Data(bytes).split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard let typeIndex = parts.first.flatMap({ Int(String(decoding: $0, as: UTF8.self)) }) else { return nil }
        return try? JSONDecoder().decode(types[typeIndex], from: parts[1])
    }
}
