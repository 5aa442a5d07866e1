internal import CChildren
internal import Foundation

/// A process of its own that reads files in place of this one, because libhdf5 itself crashes, or runs for ever, on some damaged
/// files: 1.10.8 does in its heaps, its group listings and its chunk reads. What that process does not survive, this one does.
///
/// Invariant: the process is begun in `init`, and ended once, with the last reference or when it fails. For one thread, which
/// must not end before it.
package final class ReadingProcess {
    private let service: ReadingService
    private let path: String
    /// nil once it has ended.
    private var server: cchildren_server?

    /// - Parameters:
    ///   - service: what the process answers.
    ///   - path: The file that it reads; for errors.
    ///   - patience: Seconds of processor time that one answer may take before the process is taken to run for ever.
    /// - Throws: `HDF5Error` of kind `noProcess` where the system makes none.
    package init(_ service: ReadingService, reading path: String, patience: Int = 20) throws {
        (self.service, self.path) = (service, path)
        var server = cchildren_server()
        guard cchildren_begin(service.name, Int32(patience), &server) == 0 else {
            let code = errno
            throw HDF5Error(
                kind: .noProcess, operation: "fork", path: path, object: "", detail: String(cString: strerror(code)),
                code: code)
        }
        self.server = server
    }

    deinit {
        if let server { _ = cchildren_end(server, 1) }
    }

    /// Asks for something, and waits for the answer.
    /// - Parameter pause: called now and then, to throw if the waiting is to end.
    /// - Throws: what the service throws; `HDF5Error` of kind `crashes`, `hangs` or `killed` for what befalls its process; what `pause` throws.
    package func ask<Answer: Decodable>(
        _ query: some Encodable, for answer: Answer.Type, pause: () throws -> Void = {}
    ) throws -> Answer {
        let reply = try ask([UInt8](JSONEncoder.exact.encode(query)), pause: pause)
        let (outcome, json) = (reply[0], reply.dropFirst())
        guard outcome == ReadingService.answered else {
            throw try service.error(numbered: outcome, json)
                ?? error(.cannotOpen, String(decoding: json, as: UTF8.self))
        }
        return try JSONDecoder.exact.decode(answer, from: json)
    }

    private func ask(_ query: [UInt8], pause: () throws -> Void) throws -> Data {
        guard let server else { throw unanswered(CCHILDREN_REFUSED) }
        var reply: UnsafeMutableRawPointer?
        var count = 0
        guard cchildren_send(server.socket, query, query.count) == 0, try waitForAnswer(server.socket, pause),
            cchildren_receive(server.socket, &reply, &count) == 0, let reply
        else {
            self.server = nil
            throw unanswered(cchildren_end(server, 0))
        }
        return Data(bytesNoCopy: reply, count: count, deallocator: .free)
    }

    /// - Returns: whether something has come, if only the end.
    private func waitForAnswer(_ socket: Int32, _ pause: () throws -> Void) throws -> Bool {
        var sockets = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
        while true {
            let ready = poll(&sockets, 1, 10)
            if ready > 0 { return true }
            if ready < 0 && errno != EINTR { return false }
            try pause()
        }
    }

    /// The error for a process that ended in place of an answer.
    private func unanswered(_ outcome: cchildren_outcome) -> HDF5Error {
        HDF5Error(outcome, reading: path) ?? error(.killed, "")
    }

    private func error(_ kind: HDF5Error.Kind, _ detail: String) -> HDF5Error {
        HDF5Error(kind: kind, operation: "fork", path: path, object: "", detail: detail)
    }
}

extension HDF5Error {
    /// What befell a process that read a file; nil where it came to its own end.
    init?(_ outcome: cchildren_outcome, reading path: String) {
        let kind: Kind? =
            switch outcome {
            case CCHILDREN_CRASHED: .crashes
            case CCHILDREN_HUNG: .hangs
            case CCHILDREN_KILLED: .killed
            default: nil
            }
        guard let kind else { return nil }
        self.init(kind: kind, operation: "fork", path: path, object: "", detail: "")
    }
}
