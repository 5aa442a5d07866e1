internal import CChildren
internal import Foundation

/// A service of a `ReadingProcess`. `CChildren` has a list of the services' names.
package struct ReadingService: Sendable {
    let name: String
    /// The types of errors that are passed on to the parent; at most 200.
    private let errors: [any (Error & Codable).Type]

    package init(name: String, errors: [any (Error & Codable).Type]) {
        (self.name, self.errors) = (name, errors)
    }

    /// An answer in JSON.
    package struct Answer {
        let json: Data
        private let owner: Any?

        /// - Parameter owner: the owner of shared memory that the parent attaches; kept until the next request.
        package init(_ answer: some Encodable, of owner: Any? = nil) throws {
            json = try JSONEncoder.exact.encode(answer)
            self.owner = owner
        }
    }

    /// The first byte of a reply with an answer.
    static let answered: UInt8 = 0
    /// The first byte of a reply with the text of an error whose type is not passed on.
    private static let failed = UInt8.max

    /// In the child process: answers requests until the parent closes the socket.
    package func serve<Query: Decodable>(_ socket: Int32, _ answer: (Query) throws -> Answer) {
        var query: UnsafeMutableRawPointer?
        var count = 0
        var last: Answer?
        while cchildren_receive(socket, &query, &count) == 0, let bytes = query {
            cchildren_heartbeat()
            let json = Data(bytesNoCopy: bytes, count: count, deallocator: .free)
            let reply: Data
            do {
                last = nil
                let answer = try answer(JSONDecoder.exact.decode(Query.self, from: json))
                reply = Data([Self.answered]) + answer.json
                last = answer
            } catch {
                reply = self.reply(to: error)
            }
            guard reply.withUnsafeBytes({ cchildren_send(socket, $0.baseAddress, $0.count) }) == 0 else { return }
        }
        withExtendedLifetime(last) {}
    }

    /// In the child process: signals that work is in progress.
    package static func heartbeat() { cchildren_heartbeat() }

    private func reply(to error: any Error) -> Data {
        guard let index = errors.firstIndex(where: { $0 == type(of: error) }), let error = error as? any Encodable,
            let json = try? JSONEncoder.exact.encode(error)
        else { return Data([Self.failed]) + Data("\(error)".utf8) }
        return Data([UInt8(index + 1)]) + json
    }

    /// The error that `serve` has sent; nil if its type is not passed on.
    func error(numbered outcome: UInt8, _ json: Data) throws -> (any Error)? {
        let index = Int(outcome) - 1
        return errors.indices.contains(index) ? try JSONDecoder.exact.decode(errors[index], from: json) : nil
    }
}

extension JSONEncoder {
    /// Encodes NaN and infinity as strings, since JSON has no numbers for them.
    static var exact: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

extension JSONDecoder {
    /// Decodes the output of `JSONEncoder.exact`.
    static var exact: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
