/// Writes a program for Python's pickle machine, protocol 2 (CPython's Lib/pickletools.py), of the few operations that tensors
/// take and that PyTorch allows in files of unknown origin.
struct PickleWriter {
    private(set) var bytes: [UInt8]

    private enum Operation {
        static let (proto, stop, mark) = (UInt8(0x80), UInt8(ascii: "."), UInt8(ascii: "("))
        static let (global, reduce, persistentID) = (UInt8(ascii: "c"), UInt8(ascii: "R"), UInt8(ascii: "Q"))
        static let tuple = UInt8(ascii: "t")
        static let (setItems, text) = (UInt8(ascii: "u"), UInt8(ascii: "X"))
        static let (long, falseValue) = (UInt8(0x8A), UInt8(0x89))
    }

    /// A program whose value is what `write` leaves on the machine's stack.
    init(_ write: (inout PickleWriter) -> Void) {
        bytes = [Operation.proto, 2]
        write(&self)
        bytes.append(Operation.stop)
    }

    mutating func append(_ text: String) {
        bytes.append(Operation.text)
        bytes.append(littleEndian: UInt32(text.utf8.count))
        bytes += text.utf8
    }

    mutating func append(_ integer: Int) {
        bytes += [Operation.long, UInt8(MemoryLayout<Int64>.size)]
        bytes.append(littleEndian: Int64(integer))
    }

    mutating func appendFalse() {
        bytes.append(Operation.falseValue)
    }

    /// A class or function of a Python module.
    mutating func append(global name: String, of module: String) {
        bytes.append(Operation.global)
        bytes += "\(module)\n\(name)\n".utf8
    }

    /// A tuple of what `write` appends.
    mutating func appendTuple(_ write: (inout PickleWriter) -> Void) {
        bytes.append(Operation.mark)
        write(&self)
        bytes.append(Operation.tuple)
    }

    /// The result of a call of a global with the arguments that `write` appends.
    mutating func appendCall(_ name: String, of module: String, arguments write: (inout PickleWriter) -> Void) {
        append(global: name, of: module)
        appendTuple(write)
        bytes.append(Operation.reduce)
    }

    /// An object outside of the program, under the tuple that `write` appends.
    mutating func appendPersistent(_ write: (inout PickleWriter) -> Void) {
        appendTuple(write)
        bytes.append(Operation.persistentID)
    }

    /// An empty `collections.OrderedDict`.
    mutating func appendOrderedDictionary() {
        appendCall("OrderedDict", of: "collections") { _ in }
    }

    /// Adds the keys and values that `write` appends to the dictionary that was appended last.
    mutating func setItems(_ write: (inout PickleWriter) -> Void) {
        bytes.append(Operation.mark)
        write(&self)
        bytes.append(Operation.setItems)
    }
}
