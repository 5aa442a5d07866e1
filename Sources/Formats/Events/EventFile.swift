import DurableFiles

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file of events that TensorBoard shows: records with checksums (tensorflow/core/lib/io/record_writer.h), each of which has an
/// event.
///
/// Every call writes whole records to the system, so that TensorBoard sees them at once, and a crash of this process loses
/// none.
package final class EventFile {
    private let file: GrowingFile

    /// Creates the file.
    ///
    /// TensorBoard looks at files whose name contains "tfevents", and takes those of one directory for one run.
    /// - Parameter wallTime: Seconds since 1970.
    /// - Throws: `FileError`, also if the file exists: its last record may be incomplete, and hide all that follow.
    package init(creating path: String, wallTime: Double) throws(FileError) {
        guard try !exists(path) else { throw FileError(.create, path, code: EEXIST) }
        file = GrowingFile(path: path)
        try file.append(Self.record(SummaryEvent.version(wallTime: wallTime)))
    }

    /// Appends the values of one step.
    /// - Parameter wallTime: Seconds since 1970.
    /// - Throws: `FileError`.
    package func append(_ values: [SummaryValue], step: Int, wallTime: Double) throws(FileError) {
        try file.append(Self.record(SummaryEvent.values(values, step: step, wallTime: wallTime)))
    }

    /// The length and its checksum, the message and its checksum.
    private static func record(_ message: ProtobufWriter) -> [UInt8] {
        let content = message.parts.joined
        var record: [UInt8] = []
        record.append(littleEndian: UInt64(content.count))
        record.append(littleEndian: CRC32C.maskedChecksum(of: record))
        record += content
        record.append(littleEndian: CRC32C.maskedChecksum(of: content))
        return record
    }
}
