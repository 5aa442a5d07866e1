/// Something needs more memory than this process may have.
public struct OutOfMemory: Error, Codable, Sendable, Equatable {
    /// What needs it: a file's path.
    public let what: String
    /// Bytes.
    public let needed: Int
    public let available: Int

    public init(what: String, needed: Int, available: Int) {
        (self.what, self.needed, self.available) = (what, needed, available)
    }

    /// - Throws: where so many bytes are more than are left.
    public static func require(_ needed: Int, for what: String) throws(OutOfMemory) {
        let available = ProcessLimits.freeMemory
        guard needed <= available else { throw OutOfMemory(what: what, needed: needed, available: available) }
    }
}
