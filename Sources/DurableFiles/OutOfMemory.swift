/// Something needs more memory than this process may have.
package struct OutOfMemory: Error, Codable, Sendable, Equatable {
    /// What needs it: a file's path.
    package let what: String
    /// Bytes.
    package let needed: Int
    package let available: Int

    package init(what: String, needed: Int, available: Int) {
        (self.what, self.needed, self.available) = (what, needed, available)
    }

    /// - Throws: where so many bytes are more than are left.
    package static func require(_ needed: Int, for what: String) throws(OutOfMemory) {
        let available = ProcessLimits.freeMemory
        guard needed <= available else { throw OutOfMemory(what: what, needed: needed, available: available) }
    }
}
