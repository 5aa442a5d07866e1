/// Bytes that mean something in lengths, sizes and counts.
private let telling: [UInt8] = [0, 1, 2, 4, 8, 0x7F, 0x80, 0xFE, 0xFF]

/// Changes one or two places of a file.
public func mutated(_ file: [UInt8], _ random: inout TestRandom) -> [UInt8] {
    var bytes = file
    for _ in 0...random.integer(below: 2) where !bytes.isEmpty {
        let place = random.integer(below: bytes.count)
        let end = min(bytes.count, place + 1 + random.integer(below: 12))
        switch random.integer(below: 8) {
        case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
        case 1: bytes[place] = UInt8(random.integer(below: 256))
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: random.integer(below: bytes.count))
        case 4: bytes.removeLast(bytes.count - place)
        case 5: for index in place..<end { bytes[index] = telling[random.integer(below: telling.count)] }
        default: bytes[place] = telling[random.integer(below: telling.count)]
        }
    }
    return bytes
}
