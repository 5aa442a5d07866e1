/// Numbers the different texts of a column in order of first appearance, from 0.
struct TextCodes {
    private var distinct = TextColumn()
    /// A hash table with open addressing: the number of a text, or −1. At least half of it is free.
    private var slots: [Int32] = Array(repeating: -1, count: 16)
    /// All texts once there is one that is not ASCII: one may have been written in several ways, which Unicode calls equal.
    private var strings: [String: Int32]?

    var count: Int { distinct.count }
    var texts: [String] { (0..<count).map { distinct[$0] } }
    /// Whether all texts were valid UTF-8 in the file.
    var isUTF8: Bool { distinct.isUTF8 }

    /// The number of a cell's text; the next one if the text is new.
    mutating func code(of cell: Cell) -> Int32 {
        if cell.isPlain { return code(of: cell.bytes, cell) }
        var text: [UInt8] = []
        cell.appendUTF8(to: &text)
        return text.withUnsafeBufferPointer { code(of: $0, cell) }
    }

    /// - Parameter text: the cell's text in UTF-8.
    private mutating func code(of text: UnsafeBufferPointer<UInt8>, _ cell: Cell) -> Int32 {
        var slot = hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            if distinct.has(text, at: Int(slots[slot])) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let code = Int32(count)
        if !cell.isPlain || strings != nil {
            var known = strings ?? Dictionary(uniqueKeysWithValues: zip(texts, 0..<code))
            let string = String(decoding: text, as: UTF8.self)
            strings = nil
            defer { strings = known }
            if let known = known[string] { return known }
            known[string] = code
        }
        distinct.append(cell)
        slots[slot] = code
        if 2 * count > slots.count { grow() }
        return code
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: 4 * slots.count)
        for code in 0..<count {
            var slot = distinct.withCell(code) { hash($0.bytes) } & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(code)
        }
    }

    /// Seeded, so that no file can be made to collide. Codes do not depend on it.
    private func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        return hasher.finalize()
    }
}
