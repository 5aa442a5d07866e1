internal import Foundation

/// Memory that child processes share with this one, in which each leaves the error that it ended with.
///
/// Invariant: the memory is mapped once and unmapped with the last reference. A child writes to its own part, and this process
/// reads when all children have ended; the one number that they share, any of them may overwrite.
final class ErrorsOfChildren {
    private let types: [any (Error & Codable).Type]
    private let count: Int
    private let memory: UnsafeMutableRawPointer?
    /// In a child: how often it has said that work goes on.
    private var beats = 0

    /// Bytes for one child. An error that lists more than fits is not handed over.
    private static let room = 1 << 18
    /// Before the parts of the children: the fewest beats at which one has failed, 0 for none.
    private static let header = 64

    /// What stands before an error: its bytes, and the beats of the child that left it.
    private struct Label: BitwiseCopyable {
        var size = 0
        var beats = 0
    }

    /// - Parameters:
    ///   - types: of the errors that are handed over.
    ///   - count: how many children there are.
    init(of types: [any (Error & Codable).Type], from count: Int) {
        (self.types, self.count) = (types, count)
        let mapped = mmap(nil, Self.size(count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        memory = mapped == MAP_FAILED ? nil : mapped
    }

    deinit {
        if let memory { munmap(memory, Self.size(count)) }
    }

    private static func size(_ count: Int) -> Int { header + room * count }

    private func part(_ child: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory.map { $0 + Self.header + child * Self.room }, count: Self.room)
    }

    /// In a child: work goes on, unless another child has failed before this point, which then tells what there is to tell.
    func beat() {
        beats += 1
        if let failed = memory?.load(as: Int.self), failed > 0, beats > failed { _exit(1) }
    }

    /// In a child: leaves its error, as the index of its type among the types, a line's end, and JSON.
    func leave(_ error: any Error, child: Int) {
        guard let memory, let typeIndex = types.firstIndex(where: { $0 == type(of: error) }),
            let error = error as? any Encodable, let json = try? JSONEncoder().encode(error)
        else { return }
        let bytes = Data("\(typeIndex)\n".utf8) + json
        let part = part(child)
        guard MemoryLayout<Label>.size + bytes.count <= part.count else { return }
        UnsafeMutableRawBufferPointer(rebasing: part.dropFirst(MemoryLayout<Label>.size)).copyBytes(from: bytes)
        part.storeBytes(of: Label(size: bytes.count, beats: beats), as: Label.self)
        memory.storeBytes(of: max(1, beats), as: Int.self)
    }

    /// When all children have ended: the error that came first in the order of the work, which is dealt to the children in turn.
    var first: (any Error)? {
        guard memory != nil else { return nil }
        let labels = (0..<count).map { part($0).load(as: Label.self) }
        let failed = labels.indices.filter { labels[$0].size > 0 }
        guard let child = failed.min(by: { labels[$0].beats < labels[$1].beats }) else { return nil }
        let bytes = part(child).dropFirst(MemoryLayout<Label>.size).prefix(labels[child].size)
        let parts = Data(bytes).split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard let typeIndex = parts.first.flatMap({ Int(String(decoding: $0, as: UTF8.self)) }) else { return nil }
        return try? JSONDecoder().decode(types[typeIndex], from: parts[1])
    }
}
