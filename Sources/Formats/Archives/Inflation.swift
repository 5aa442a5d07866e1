internal import CZlib

/// The data that RFC 1951's Deflate compressed; nil if they are damaged, or do not have `size` bytes.
func inflated(_ compressed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    // Deflate makes at most 1,032 bytes of one (zlib's technical notes), so no larger size is worth its memory.
    guard size <= 1032 * compressed.count, let space = UInt32(exactly: size),
        let count = UInt32(exactly: compressed.count)
    else { return nil }
    var stream = z_stream()
    // Negative: without zlib's header and checksum.
    let version = (ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard inflateInit2_(&stream, -MAX_WBITS, version.0, version.1) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    // zlib takes no null pointer, which an empty array may have.
    var content = [UInt8](repeating: 0, count: max(1, size))
    var input = Array(compressed)
    let code = content.withUnsafeMutableBufferPointer { target in
        input.withUnsafeMutableBufferPointer { source in
            (stream.next_in, stream.avail_in) = (source.baseAddress, count)
            (stream.next_out, stream.avail_out) = (target.baseAddress, space)
            return inflate(&stream, Z_FINISH)
        }
    }
    guard code == Z_STREAM_END, stream.avail_in == 0, stream.avail_out == 0 else { return nil }
    return Array(content.prefix(size))
}
