internal import CCrypto

/// Incremental SHA-256 (FIPS 180-4), computed by libcrypto with the CPU's instructions.
///
/// Invariant: the context is created in `init` and freed in `deinit`. Only one thread at a time may use it.
package final class SHA256 {
    /// The size of a digest in bytes.
    package static let byteCount = 32

    private let context: OpaquePointer

    /// Begins a digest.
    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a hash") }
        self.context = context
        check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
    }

    /// Adds bytes.
    package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes(update) }

    /// The digest of all bytes added, `byteCount` bytes. No bytes may be added afterwards.
    package func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { bytes, count in
            check(EVP_DigestFinal_ex(context, bytes.baseAddress, nil))
            count = Self.byteCount
        }
    }

    /// Checks a status. Calls fail only if the system's configuration of libcrypto disables SHA-256.
    private func check(_ status: Int32) { precondition(status == 1, "libcrypto computes no SHA-256") }
}

extension [UInt8] {
    /// Two hexadecimal digits for each byte: "0aff".
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
