internal import CCrypto

/// SHA-256 (FIPS 180-4) over bytes that come in pieces, by the system's libcrypto, which uses the CPU's instructions for it.
///
/// Invariant: the context is made in `init` and freed with the last reference. Not for two threads at a time.
package final class SHA256 {
    /// Bytes of a digest.
    package static let byteCount = 32

    private let context: OpaquePointer

    /// Nothing yet.
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

    /// The digest of all that was added, `byteCount` bytes. Nothing can be added after it.
    package func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { bytes, count in
            check(EVP_DigestFinal_ex(context, bytes.baseAddress, nil))
            count = Self.byteCount
        }
    }

    /// libcrypto refuses SHA-256 only where the system's configuration has no such algorithm at all.
    private func check(_ status: Int32) { precondition(status == 1, "libcrypto computes no SHA-256") }
}

extension [UInt8] {
    /// Two digits a byte: "0aff".
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
