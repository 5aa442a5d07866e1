internal import CChildren
internal import Foundation

/// A child process that reads files, because libhdf5 1.10.8 crashes or loops forever on some damaged files: in its heaps,
/// its group listings and its chunk reads.
///
/// Invariant: the process starts in `init` and ends once, in `deinit` or when it fails. Only one thread may use it, which
/// must not end before it.
package final class ReadingProcess {
    private let service: ReadingService
    private let path: String
    /// nil after it has ended, with `end`.
    private var server: cchildren_server?
    private var end: HDF5Error?

    /// - Parameters:
    ///   - service: the service that answers requests.
    ///   - path: the file that it reads, for errors.
    ///   - timeout: the limit on processor time between heartbeats, in seconds.
    /// - Throws: `HDF5Error` of kind `noProcess` if no process can be created.
    package init(_ service: ReadingService, reading path: String, timeout: Int = 20) throws {
        (self.service, self.path) = (service, path)
        var server = cchildren_server()
        guard cchildren_start(service.name, Int32(timeout), &server) == 0 else {
            let code = errno
            throw HDF5Error(
                kind: .noProcess, operation: "fork", path: path, object: "", detail: String(cString: strerror(code)),
                code: code)
        }
        self.server = server
    }

    deinit {
        if let server { _ = cchildren_end(server) }
    }

    /// Sends a request and waits for the answer.
    /// - Parameter pause: called regularly; the wait ends with the error that it throws.
    /// - Throws: the service's error; `HDF5Error` of kind `crashes`, `hangs` or `killed` if the process has ended that way;
    ///   the error of `pause`.
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
        guard let server else { throw end ?? error(.killed, "") }
        var reply: UnsafeMutableRawPointer?
        var count = 0
        do {
            if cchildren_send(server.socket, query, query.count) == 0, try waitForAnswer(server.socket, pause),
                cchildren_receive(server.socket, &reply, &count) == 0, let reply
            {
                return Data(bytesNoCopy: reply, count: count, deallocator: .free)
            }
        } catch {
            // The answer to this request must not be taken for that to the next one.
            self.server = nil
            _ = cchildren_end(server)
            throw error
        }
        self.server = nil
        let error = HDF5Error(cchildren_end(server), reading: path) ?? error(.killed, "")
        end = error
        throw error
    }

    /// - Returns: whether there is data, or the end, to read.
    private func waitForAnswer(_ socket: Int32, _ pause: () throws -> Void) throws -> Bool {
        var sockets = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
        while true {
            let ready = poll(&sockets, 1, 10)
            if ready > 0 { return true }
            if ready < 0 && errno != EINTR { return false }
            try pause()
        }
    }

    private func error(_ kind: HDF5Error.Kind, _ detail: String) -> HDF5Error {
        HDF5Error(kind: kind, operation: "fork", path: path, object: "", detail: detail)
    }
}

extension HDF5Error {
    /// The error for the outcome of a process that read a file; nil if it ended by itself.
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
