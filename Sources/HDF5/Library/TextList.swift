/// The texts that a C iteration hands to its callback, one after the other.
enum TextList {
    /// Runs an iteration whose callback passes its texts to `add` with the context pointer it is given here.
    static func gather(_ iterate: (UnsafeMutableRawPointer) throws -> Void) rethrows -> [String] {
        var texts: [String] = []
        try withUnsafeMutablePointer(to: &texts) { try iterate($0) }
        return texts
    }

    /// Adds a text; to be called by the callback alone.
    static func add(_ text: UnsafePointer<CChar>?, to context: UnsafeMutableRawPointer?) {
        guard let text, let context else { return }
        context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
    }
}
