import Testing

@testable import Formats

/// What a pickle program makes, without running any of it.
indirect enum PickledValue: Equatable {
    case text(String)
    case integer(Int64)
    case bool(Bool)
    case global(String)
    case tuple([PickledValue])
    case call(PickledValue, PickledValue)
    case persistent(PickledValue)
    case dictionary(PickledValue, [PickledValue])
    case mark
}

/// The machine of CPython's Lib/pickle.py, for the operations in files of `torch.save`.
struct Unpickler {
    private var rest: ArraySlice<UInt8>
    private var stack: [PickledValue] = []
    private var memo: [UInt8: PickledValue] = [:]

    static func value(of program: [UInt8]) throws -> PickledValue {
        var machine = Unpickler(rest: program[...])
        return try machine.run()
    }

    private init(rest: ArraySlice<UInt8>) { self.rest = rest }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        try #require(rest.count >= count)
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private mutating func integer(_ count: Int) throws -> Int64 {
        try take(count).reversed().reduce(0) { $0 << 8 | Int64($1) }
    }

    private mutating func line() throws -> String {
        let line = try take(#require(rest.firstIndex(of: 10)) - rest.startIndex)
        _ = try take(1)
        return String(decoding: line, as: UTF8.self)
    }

    private mutating func pop() throws -> PickledValue {
        let value = stack.popLast()
        return try #require(value)
    }

    private mutating func popToMark() throws -> [PickledValue] {
        let mark = try #require(stack.lastIndex(of: .mark))
        defer { stack.removeSubrange(mark...) }
        return Array(stack[(mark + 1)...])
    }

    private mutating func run() throws -> PickledValue {
        while true {
            switch try take(1)[0] {
            case 0x80: #expect(try take(1) == [2])
            case UInt8(ascii: "c"): stack.append(.global(try line() + "." + line()))
            case UInt8(ascii: "q"): memo[try take(1)[0]] = stack.last
            case UInt8(ascii: "h"):
                let value = memo[try take(1)[0]]
                stack.append(try #require(value))
            case UInt8(ascii: "("): stack.append(.mark)
            case UInt8(ascii: ")"): stack.append(.tuple([]))
            case UInt8(ascii: "t"): stack.append(.tuple(try popToMark()))
            case let code where (0x85...0x87).contains(code):
                let items = Array(stack.suffix(Int(code) - 0x84))
                stack.removeLast(items.count)
                stack.append(.tuple(items))
            case 0x88: stack.append(.bool(true))
            case 0x89: stack.append(.bool(false))
            case UInt8(ascii: "K"): stack.append(.integer(try integer(1)))
            case UInt8(ascii: "M"): stack.append(.integer(try integer(2)))
            case 0x8A: stack.append(.integer(try integer(Int(take(1)[0]))))
            case UInt8(ascii: "X"):
                stack.append(.text(String(decoding: try take(Int(integer(4))), as: UTF8.self)))
            case UInt8(ascii: "Q"): stack.append(.persistent(try pop()))
            case UInt8(ascii: "R"):
                let arguments = try pop()
                stack.append(.call(try pop(), arguments))
            case UInt8(ascii: "u"):
                let items = try popToMark()
                stack.append(.dictionary(try pop(), items))
            case UInt8(ascii: "."):
                #expect(stack.count == 1 && rest.isEmpty)
                return try pop()
            case let code: throw UnknownOperation(code: code)
            }
        }
    }

    struct UnknownOperation: Error {
        let code: UInt8
    }
}
