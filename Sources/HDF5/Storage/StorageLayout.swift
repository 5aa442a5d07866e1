internal import CHDF5

/// The storage layout of a dataset.
struct StorageLayout {
    let chunkShape: [Int]?
    let filters: [String]
    /// The first filter that libhdf5 does not have.
    let missingFilter: String?

    /// Reads the layout of an open dataset.
    init(ofDataset id: hid_t, at location: Location) throws {
        let creation = try Handle(.readFailed, "H5Dget_create_plist", at: location, close: H5Pclose) {
            H5Dget_create_plist(id)
        }
        chunkShape = try Self.chunkShape(creation.id, at: location)
        let count = try Library.call(.readFailed, "H5Pget_nfilters", at: location) { H5Pget_nfilters(creation.id) }
        let pipeline = try (0..<count).map { try Self.filter(creation.id, UInt32($0), at: location) }
        filters = pipeline.map(\.name)
        missingFilter = pipeline.first { filter in Library.locked { H5Zfilter_avail(filter.number) <= 0 } }?.name
    }

    private static func chunkShape(_ creation: hid_t, at location: Location) throws -> [Int]? {
        guard Library.locked({ H5Pget_layout(creation) == H5D_CHUNKED }) else { return nil }
        var extents = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
        let rank = try Library.call(.readFailed, "H5Pget_chunk", at: location) {
            H5Pget_chunk(creation, Int32(extents.count), &extents)
        }
        return extents.prefix(Int(rank)).map { Int(clamping: $0) }
    }

    /// A filter, and its name with its main parameter: "gzip 4".
    private static func filter(
        _ creation: hid_t, _ index: UInt32, at location: Location
    ) throws -> (number: H5Z_filter_t, name: String) {
        var flags: UInt32 = 0
        var configuration: UInt32 = 0
        var values = [UInt32](repeating: 0, count: 8)
        var valueCount = values.count
        var name = [CChar](repeating: 0, count: 64)
        let filter = try Library.call(.readFailed, "H5Pget_filter2", at: location) {
            H5Pget_filter2(creation, index, &flags, &valueCount, &values, name.count - 1, &name, &configuration)
        }
        switch filter {
        case H5Z_FILTER_DEFLATE: return (filter, "gzip \(values[0])")
        case H5Z_FILTER_SHUFFLE: return (filter, "shuffle")
        case H5Z_FILTER_FLETCHER32: return (filter, "fletcher32")
        default: break
        }
        let text = string(name)
        return (filter, text.isEmpty ? "filter \(filter)" : text)
    }
}
