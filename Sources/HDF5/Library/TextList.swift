/// Collects the texts that a C iteration passes to its callback.
enum TextList {
    /// Runs an iteration. Its callback must pass each text to `add`, with the context pointer from here.
    static func gather(_ iterate: (UnsafeMutableRawPointer) throws -> Void) rethrows -> [String] {
        var texts: [String] = []
        try withUnsafeMutablePointer(to: &texts) { try iterate($0) }
        return texts
    }

    /// Adds a text; only for callbacks.
    static func add(_ text: UnsafePointer<CChar>?, to context: UnsafeMutableRawPointer?) {
        guard let text, let context else { return }
        context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
    }
}
