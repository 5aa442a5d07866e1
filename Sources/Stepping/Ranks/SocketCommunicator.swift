import Kernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Ranks on one machine, each pair connected by a Unix socket.
package final class SocketCommunicator: Communicator {
    package let rank: Int
    package let rankCount: Int
    /// The connection to each rank; −1 to itself.
    private let sockets: [Int32]

    private init(rank: Int, sockets: [Int32]) {
        (self.rank, self.sockets) = (rank, sockets)
        rankCount = sockets.count
    }

    deinit { for socket in sockets where socket >= 0 { close(socket) } }

    /// Connects the processes of a run: each listens at `directory`/rank, and connects to those of lower ranks.
    /// - Throws: `RankError.lost` for a rank that does not appear within 30 seconds.
    package convenience init(directory: String, rank: Int, rankCount: Int) throws(RankError) {
        var sockets = [Int32](repeating: -1, count: rankCount)
        let listener = socket(AF_UNIX, Self.stream, 0)
        defer { close(listener) }
        let isBound = Self.withAddress("\(directory)/\(rank)") { bind(listener, $0, $1) == 0 }
        guard listener >= 0, isBound, listen(listener, Int32(rankCount)) == 0 else { throw .lost(rank: rank) }
        for peer in 0..<rank {
            let connection = socket(AF_UNIX, Self.stream, 0)
            sockets[peer] = connection
            var attempts = 0
            while !Self.withAddress("\(directory)/\(peer)", { connect(connection, $0, $1) == 0 }) {
                attempts += 1
                guard attempts < 30_000 else { throw .lost(rank: peer) }
                usleep(1000)
            }
            guard Self.write(rank, to: connection) else { throw .lost(rank: peer) }
        }
        while let missing = (rank + 1..<max(rankCount, rank + 1)).first(where: { sockets[$0] < 0 }) {
            guard Self.isReadable(listener) else { throw .lost(rank: missing) }
            let connection = accept(listener, nil, nil)
            guard Self.isReadable(connection), let peer = Self.readRank(from: connection), peer > rank,
                peer < rankCount, sockets[peer] < 0
            else { throw .lost(rank: missing) }
            sockets[peer] = connection
        }
        self.init(rank: rank, sockets: sockets)
    }

    /// Ranks that are threads of this process.
    package static func pairs(rankCount: Int) -> [SocketCommunicator] {
        var sockets = [[Int32]](repeating: Array(repeating: -1, count: rankCount), count: rankCount)
        for first in 0..<rankCount {
            for second in first + 1..<max(rankCount, first + 1) {
                var pair: [Int32] = [-1, -1]
                let status = socketpair(AF_UNIX, stream, 0, &pair)
                precondition(status == 0, "no socket pair")
                (sockets[first][second], sockets[second][first]) = (pair[0], pair[1])
            }
        }
        return sockets.enumerated().map { SocketCommunicator(rank: $0, sockets: $1) }
    }

    /// Bytes go in both directions as sockets take and give them: whoever waited for one message first might wait for ever.
    package func exchange(sending: [Message], receiving: [Message]) throws {
        var (outgoing, incoming) = (queues(sending), queues(receiving))
        while true {
            let peers = (0..<rankCount).filter { !outgoing[$0].isEmpty || !incoming[$0].isEmpty }
            if peers.isEmpty { return }
            var waiting = peers.map { peer in
                let events = (outgoing[peer].isEmpty ? 0 : POLLOUT) | (incoming[peer].isEmpty ? 0 : POLLIN)
                return pollfd(fd: sockets[peer], events: Int16(events), revents: 0)
            }
            guard poll(&waiting, nfds_t(waiting.count), -1) >= 0 || errno == EINTR else {
                throw RankError.lost(rank: peers[0])
            }
            for (peer, state) in zip(peers, waiting) where state.revents != 0 {
                let (socket, flags) = (sockets[peer], Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                let isAlive =
                    outgoing[peer].move { send(socket, $0, $1, flags) }
                    && incoming[peer].move { recv(socket, $0, $1, flags) }
                guard isAlive else { throw RankError.lost(rank: peer) }
            }
        }
    }

    private func queues(_ messages: [Message]) -> [Queue] {
        var queues = [Queue](repeating: Queue(), count: rankCount)
        for message in messages where message.bytes.count > 0 { queues[message.peer].messages.append(message.bytes) }
        return queues
    }

    /// Messages to or from one rank.
    private struct Queue {
        var messages: [BufferView<UInt8>] = []
        private var next = 0
        private var done = 0
        var isEmpty: Bool { next == messages.count }

        /// Moves bytes of the next message.
        /// - Parameter transfer: a system call that says how many it has moved.
        /// - Returns: false if the connection has ended.
        mutating func move(_ transfer: (UnsafeMutableRawPointer, Int) -> Int) -> Bool {
            guard !isEmpty else { return true }
            let rest = messages[next].slice(done, messages[next].count - done)
            let moved = transfer(rest.base, rest.count)
            if moved < 0 { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR }
            done += moved
            if done == messages[next].count { (next, done) = (next + 1, 0) }
            return moved > 0
        }
    }

    // MARK: Connecting

    #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #else
    private static let stream = SOCK_STREAM
    #endif

    private static func withAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            precondition(path.utf8.count < bytes.count, "a path too long for a socket")
            for (index, byte) in path.utf8.prefix(bytes.count - 1).enumerated() { bytes[index] = byte }
        }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    /// Waits for something to read, for 30 seconds from the last signal on.
    private static func isReadable(_ socket: Int32) -> Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while true {
            let count = poll(&waiting, 1, 30_000)
            if count >= 0 || errno != EINTR { return count == 1 }
        }
    }

    private static func write(_ rank: Int, to socket: Int32) -> Bool {
        var byte = UInt8(truncatingIfNeeded: rank)
        return send(socket, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
    }

    private static func readRank(from socket: Int32) -> Int? {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_WAITALL)) == 1 ? Int(byte) : nil
    }
}
