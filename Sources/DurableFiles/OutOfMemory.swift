/// An operation needs more memory than this process may use.
package struct OutOfMemory: Error, Codable, Sendable, Equatable {
    /// The path of the file that needs the memory.
    package let what: String
    /// The needed bytes.
    package let needed: Int
    /// The free bytes.
    package let available: Int

    package init(what: String, needed: Int, available: Int) {
        (self.what, self.needed, self.available) = (what, needed, available)
    }

    /// Checks that `needed` bytes are free.
    /// - Throws: `OutOfMemory`.
    package static func require(_ needed: Int, for what: String) throws(OutOfMemory) {
        let available = ProcessLimits.freeMemory
        guard needed <= available else { throw OutOfMemory(what: what, needed: needed, available: available) }
    }
}
