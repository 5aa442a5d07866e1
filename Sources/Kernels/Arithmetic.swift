import COneDNN

/// What the arithmetic runs on: another library or instruction set may round differently.
public enum Arithmetic {
    /// Of our own sums and of how they are cut: another one gives other bits.
    private static let revision = 3

    /// - Throws: `KernelError` where oneDNN cannot be used here at all.
    public static func requireUsable() throws(KernelError) {
        let status = conednn_prepare()
        if status != 0 { throw KernelError(operation: "an engine", status: status) }
    }

    /// "oneDNN 2.6.3, avx512_core_bf16, revision 3"
    public static let description: String = {
        var version = [CChar](repeating: 0, count: 32)
        conednn_version(&version)
        let text = String(decoding: version.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "oneDNN \(text), \(String(cString: conednn_instructions())), revision \(revision)"
    }()
}
