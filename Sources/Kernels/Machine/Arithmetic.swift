import COneDNN
import CVector

#if canImport(Glibc)
import Glibc
#endif

/// What the arithmetic runs on. Another library or instruction set may round differently.
package enum Arithmetic {
    /// Counts the changes of our own sums and their order that changed the bits.
    private static let revision = 3

    /// - Throws: `KernelError` if oneDNN cannot be used here at all.
    package static func requireUsable() throws(KernelError) {
        let status = conednn_prepare()
        if status != 0 { throw KernelError(operation: "an engine", status: status) }
    }

    /// "oneDNN 2.6.3, avx512_core_bf16, revision 3"
    package static let description = "oneDNN \(libraryVersion), \(instructions), revision \(revision)"

    /// oneDNN's: "2.6.3"
    package static let libraryVersion: String = {
        var version = [CChar](repeating: 0, count: 32)
        conednn_version(&version)
        return text(version)
    }()

    /// The instruction set that oneDNN uses: "avx512_core_bf16"
    package static let instructions = String(cString: conednn_instructions())

    /// Whether the CPU multiplies eight floats at a time or more.
    package static var hasWideVectors: Bool { conednn_has_avx2() }

    /// What else bits may depend on, to explain a difference: "caches 32 KiB, 1 MiB, 32 MiB; glibc 2.36; CVector
    /// x86-64-v3". oneDNN sizes its blocks by the caches. Schedules take pow and cos, and losses exp and log, from the
    /// C library. Our own loops round as their instruction set does.
    package static let details: String = {
        let instructions = "CVector \(String(cString: cvector_instructions()))"
        #if canImport(Glibc)
        let caches = [_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE]
            .map { size(max(0, sysconf(Int32($0)))) }.joined(separator: ", ")
        return "caches \(caches); \(libraryName); \(instructions)"
        #else
        return instructions
        #endif
    }()

    #if canImport(Glibc)
    private static func size(_ bytes: Int) -> String {
        bytes % (1 << 20) == 0 && bytes > 0 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
    }

    /// "glibc 2.36"
    private static var libraryName: String {
        var name = [CChar](repeating: 0, count: 64)
        confstr(Int32(_CS_GNU_LIBC_VERSION), &name, name.count)
        return text(name)
    }
    #endif

    /// The text of a zero-terminated buffer.
    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
