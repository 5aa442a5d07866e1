import Testing

@testable import Formats

/// The first four messages are the examples of https://protobuf.dev/programming-guides/encoding.
@Suite struct ProtobufTests {
    private func fields(_ bytes: [UInt8]) throws(ProtobufError) -> [ProtobufField] {
        var (reader, fields) = (ProtobufReader(bytes[...]), [ProtobufField]())
        while let field = try reader.next() { fields.append(field) }
        return fields
    }

    private func written(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] { ProtobufWriter(write).parts.joined }

    @Test func integersAreWrittenAndReadAsInTheSpecification() throws {
        let bytes: [UInt8] = [0x08, 0x96, 0x01]
        #expect(written { $0.append(1, integer: 150) } == bytes)
        let field = try #require(fields(bytes).first)
        #expect(try field.number == 1 && field.integer() == 150 && field.integers() == [150])
    }

    @Test func negativeIntegersHaveTenBytes() throws {
        let bytes: [UInt8] = [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        #expect(written { $0.append(1, integer: -2) } == bytes)
        #expect(try fields(bytes).first?.integer() == -2)
    }

    @Test func textsAndMessagesAreWrittenAndReadAsInTheSpecification() throws {
        let text: [UInt8] = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67]
        #expect(written { $0.append(2, text: "testing") } == text)
        #expect(try fields(text).first?.text() == "testing")
        let message: [UInt8] = [0x1A, 0x03, 0x08, 0x96, 0x01]
        #expect(written { $0.append(3) { $0.append(1, integer: 150) } } == message)
        var inner = try #require(fields(message).first).message()
        #expect(try inner.next()?.integer() == 150)
    }

    @Test func packedIntegersAreWrittenAndReadAsInTheSpecification() throws {
        let bytes: [UInt8] = [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05]
        #expect(written { $0.append(6, packed: [3, 270, 86_942] as [Int64]) } == bytes)
        #expect(try fields(bytes).first?.integers() == [3, 270, 86_942])
    }

    @Test func floatsAreReadPackedAndSingle() throws {
        let bytes = written {
            $0.append(4, packed: [0.5, -2] as [Float])
            $0.append(5, float: 0.5)
            $0.append(6, double: 0.5)
            $0.append(7, bytes: [0, 0, 0, 0, 0, 0, 0xE0, 0x3F])
        }
        let fields = try fields(bytes)
        #expect(try fields[0].floats() == [0.5, -2])
        #expect(try fields[1].floats() == [0.5] && fields[1].float() == 0.5)
        #expect(try fields[2].doubles() == [0.5] && fields[3].doubles() == [0.5])
    }

    @Test(
        arguments: [
            ([0x08], .truncated(offset: 1)),
            ([0x08, 0x96], .truncated(offset: 1)),
            ([0x88], .truncated(offset: 0)),
            ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02], .longVarint(offset: 1)),
            ([0x08] + [UInt8](repeating: 0x80, count: 10) + [0x00], .longVarint(offset: 1)),
            ([0x08, 0x01, 0x12, 0x07, 0x74], .lengthPastEnd(offset: 2, length: 7, available: 1)),
            (
                [0x12] + [UInt8](repeating: 0xFF, count: 9) + [0x01],
                .lengthPastEnd(offset: 0, length: .max, available: 0)
            ),
            ([0x0D, 0, 0, 0], .lengthPastEnd(offset: 0, length: 4, available: 3)),
            ([0x09, 0, 0, 0, 0], .lengthPastEnd(offset: 0, length: 8, available: 4)),
            ([0x0B], .unknownWireType(offset: 0, wireType: 3)),
            ([0x0F], .unknownWireType(offset: 0, wireType: 7)),
            ([0x00, 0x00], .badFieldNumber(offset: 0)),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], .badFieldNumber(offset: 0)),
        ] as [([UInt8], ProtobufError)])
    func damageIsRefused(bytes: [UInt8], error: ProtobufError) {
        #expect(throws: error) { try fields(bytes) }
    }

    @Test func fieldsOfAnotherTypeAreRefused() throws {
        let integer = try #require(fields([0x08, 0x01]).first)
        let other = ProtobufError.otherWireType(offset: 0, field: 1)
        #expect(throws: other) { try integer.text() }
        #expect(throws: other) { try integer.message() }
        #expect(throws: other) { try integer.float() }
        #expect(throws: other) { try integer.floats() }
        #expect(throws: other) { try integer.doubles() }
        let bytes = try #require(fields([0x0A, 0x03, 0xFF, 0xFF, 0xFF]).first)
        #expect(throws: other) { try bytes.integer() }
        #expect(throws: ProtobufError.notText(offset: 0, field: 1)) { try bytes.text() }
        #expect(throws: ProtobufError.partialNumber(offset: 0, field: 1)) { try bytes.floats() }
        #expect(throws: ProtobufError.partialNumber(offset: 0, field: 1)) { try bytes.doubles() }
        #expect(throws: ProtobufError.truncated(offset: 2)) { try bytes.integers() }
    }

    @Test func messagesAreReadDownToTheLimitOfDepth() throws {
        func depth(of bytes: [UInt8]) throws(ProtobufError) -> Int {
            var (reader, depth) = (ProtobufReader(bytes[...]), 1)
            while let field = try reader.next() {
                reader = try field.message()
                depth += 1
            }
            return depth
        }
        var message: [UInt8] = []
        for _ in 1..<ProtobufReader.depthLimit {
            let inner = message
            message = written { $0.append(1, bytes: inner) }
        }
        #expect(try depth(of: message) == ProtobufReader.depthLimit)
        let deeper = written { $0.append(1, bytes: message) }
        #expect(throws: ProtobufError.self) { try depth(of: deeper) }
    }

    @Test func largePartsOfAMessageAreNotCopied() throws {
        let large = [UInt8](repeating: 7, count: 1 << 20)
        let parts = ProtobufWriter { $0.append(1) { $0.append(2, bytes: large) } }.parts
        let address = large.withUnsafeBufferPointer { $0.baseAddress }
        #expect(parts.arrays.contains { $0.withUnsafeBufferPointer { $0.baseAddress } == address })
        #expect(parts.count == parts.joined.count)
    }
}
