internal import CChildren
internal import Foundation

/// What a `ReadingProcess` answers, under a name that `CChildren` knows.
package struct ReadingService: Sendable {
    let name: String
    /// The types of errors that go through to whoever asked; at most 200.
    private let errors: [any (Error & Codable).Type]

    package init(name: String, errors: [any (Error & Codable).Type]) {
        (self.name, self.errors) = (name, errors)
    }

    /// An answer in JSON.
    package struct Answer {
        let json: Data
        private let owner: Any?

        /// - Parameter owner: of memory that whoever asked attaches; held until something else is asked.
        package init(_ answer: some Encodable, of owner: Any? = nil) throws {
            json = try JSONEncoder.exact.encode(answer)
            self.owner = owner
        }
    }

    /// The first byte of a reply: an answer follows.
    static let answered: UInt8 = 0
    /// An error follows that is of none of the types that go through, in words.
    private static let failed = UInt8.max

    /// In the process that reads: answers one query after the other, until nobody asks any more.
    package func serve<Query: Decodable>(_ socket: Int32, _ answer: (Query) throws -> Answer) {
        var query: UnsafeMutableRawPointer?
        var count = 0
        var last: Answer?
        while cchildren_receive(socket, &query, &count) == 0, let bytes = query {
            cchildren_beat()
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

    /// In the process that reads: says that work goes on.
    package static func beat() { cchildren_beat() }

    private func reply(to error: any Error) -> Data {
        guard let index = errors.firstIndex(where: { $0 == type(of: error) }), let error = error as? any Encodable,
            let json = try? JSONEncoder.exact.encode(error)
        else { return Data([Self.failed]) + Data("\(error)".utf8) }
        return Data([UInt8(index + 1)]) + json
    }

    /// The error that `serve` sent; nil where it is of none of the types.
    func error(numbered outcome: UInt8, _ json: Data) throws -> (any Error)? {
        let index = Int(outcome) - 1
        return errors.indices.contains(index) ? try JSONDecoder.exact.decode(errors[index], from: json) : nil
    }
}

extension JSONEncoder {
    /// With NaN and infinity, which JSON has not.
    static var exact: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

extension JSONDecoder {
    /// Reads what `JSONEncoder.exact` writes.
    static var exact: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
