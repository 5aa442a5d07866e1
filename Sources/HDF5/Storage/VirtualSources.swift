internal import CHDF5
internal import DurableFiles
internal import Glibc

/// The sources of a virtual dataset: datasets in other files, or in the same one.
struct VirtualSources {
    private let dataset: Dataset
    /// The dataset's creation properties, which list the mappings.
    private let creation: hid_t
    private var location: Location { dataset.location }

    init(of dataset: Dataset, creation: hid_t) {
        self.dataset = dataset
        self.creation = creation
    }

    /// Checks that the sources contain all elements of the dataset.
    /// - Throws: `HDF5Error`: `missingElements`, `readFailed`.
    func require(depth: Int) throws {
        // The limit ends cycles of virtual datasets.
        guard depth < 16 else {
            throw location.error(.readFailed, "H5Pget_virtual_count", "virtual datasets lead to each other")
        }
        var count = 0
        try Library.call(.readFailed, "H5Pget_virtual_count", at: location) { H5Pget_virtual_count(creation, &count) }
        let unmapped = try Shape.space(dataset.shape, .readFailed, at: location)
        for index in 0..<count { try requireMapping(index, removingFrom: unmapped.id, depth: depth) }

        guard
            try Library.call(.readFailed, "H5Sget_select_npoints", at: location, { H5Sget_select_npoints(unmapped.id) })
                > 0
        else { return }
        throw dataset.missing(.unmapped(row: try bounds(unmapped.id).first.first ?? 0), "H5Pget_virtual_vspace")
    }

    /// Checks that the sources of one mapping contain the mapped elements, and removes these from the selection of
    /// `space`.
    private func requireMapping(_ index: Int, removingFrom space: hid_t, depth: Int) throws {
        let file = try Library.text(.readFailed, "H5Pget_virtual_filename", at: location) {
            H5Pget_virtual_filename(creation, index, $0, $1)
        }
        let name = try Library.text(.readFailed, "H5Pget_virtual_dsetname", at: location) {
            H5Pget_virtual_dsetname(creation, index, $0, $1)
        }
        let target = try Handle(.readFailed, "H5Pget_virtual_vspace", at: location, close: H5Sclose) {
            H5Pget_virtual_vspace(creation, index)
        }
        let sourceSpace = try Handle(.readFailed, "H5Pget_virtual_srcspace", at: location, close: H5Sclose) {
            H5Pget_virtual_srcspace(creation, index)
        }
        let targets = try slabs(target.id)
        guard let unlimited = targets.first, let dimension = unlimited.unlimitedDimension else {
            let source = try open(Self.name(file, block: nil), Self.name(name, block: nil), depth: depth)
            try require(source, toHave: sourceSpace.id, of: targets)
            for slab in targets { try remove(slab, from: space) }
            return
        }
        // An unlimited mapping grows with its source, or with the number of sources if their names contain %b.
        let extent = dataset.shape[dimension]
        let blocks = unlimited.blocks(dimension, below: extent)
        if let slab = try slabs(sourceSpace.id).first, let sourceDimension = slab.unlimitedDimension {
            let source = try open(Self.name(file, block: nil), Self.name(name, block: nil), depth: depth)
            let found = source.dataset.shape
            let slices = unlimited.slices(dimension, below: extent)
            if found.count != slab.start.count || slab.slices(sourceDimension, below: found[sourceDimension]) < slices {
                var needed = slab.end
                needed[sourceDimension] = slab.extent(sourceDimension, ofSlices: slices)
                throw tooSmall(source, needed)
            }
        } else {
            let one = unlimited.limited(dimension, toBlocks: 1, below: extent)
            for block in 0..<max(blocks, 1) {
                let source = try open(Self.name(file, block: block), Self.name(name, block: block), depth: depth)
                try require(source, toHave: sourceSpace.id, of: [one])
            }
        }
        try remove(unlimited.limited(dimension, toBlocks: blocks, below: extent), from: space)
    }

    // MARK: Sources

    private typealias Source = (file: String, dataset: Dataset)

    /// Opens a source and checks that all of its elements are stored.
    private func open(_ file: String, _ name: String, depth: Int) throws -> Source {
        let displayName = file == "." ? try dataset.fileName() : file
        guard let root = try root(of: file) else {
            throw dataset.missing(.sourceFile(displayName, dataset: name), "H5Pget_virtual_filename")
        }
        guard try root.contains(name) else {
            throw dataset.missing(.sourceDataset(displayName, dataset: name), "H5Pget_virtual_dsetname")
        }
        let found = try root.dataset(name)
        try found.requireStored(depth: depth + 1)
        return (displayName, found)
    }

    /// The root group of a source file: the first file in HDF5's search path that opens; nil if there is none.
    private func root(of file: String) throws -> Group? {
        guard file == "." else { return try paths(of: file).lazy.compactMap { try? File.openSource($0).root }.first }
        let handle = try Handle(.readFailed, "H5Iget_file_id", at: location, close: H5Fclose) {
            H5Iget_file_id(dataset.id)
        }
        return try Group(rootOf: OpenFile(handle, at: Location(file: dataset.fileName())))
    }

    /// Checks that a source is large enough for the selection that is mapped to `targets`.
    private func require(_ source: Source, toHave selection: hid_t, of targets: [Slab]) throws {
        let found = source.dataset.shape
        // The whole source is mapped, so only its number of elements matters.
        if Library.locked({ H5Sget_select_type(selection) == H5S_SEL_ALL }) {
            let shapes = targets.map(\.shape)
            let needed = shapes.compactMap { Shape.elementCount($0) }.reduce(0) {
                $0.addingReportingOverflow($1).partialValue
            }
            guard Shape.elementCount(found) == needed else {
                throw tooSmall(source, shapes.count == 1 ? shapes[0] : [needed])
            }
            return
        }
        let needed = try bounds(selection).last.map { $0 &+ 1 }
        guard found.count == needed.count, zip(found, needed).allSatisfy({ $0 >= $1 }) else {
            throw tooSmall(source, needed)
        }
    }

    private func tooSmall(_ source: Source, _ needed: [Int]) -> HDF5Error {
        dataset.missing(
            .smallSource(source.file, dataset: source.dataset.path, needed: needed, found: source.dataset.shape),
            "H5Pget_virtual_srcspace")
    }

    /// The paths at which HDF5 searches for a source file, in its order.
    private func paths(of file: String) throws -> [String] {
        let own = try dataset.fileName()
        var name = file
        var paths: [String] = []
        if file.hasPrefix("/") {
            paths.append(file)
            name = file.split(separator: "/").last.map(String.init) ?? file
        }
        let directories =
            try dataset.filePrefixes(variable: "HDF5_VDS_PREFIX", isList: true) + [directory(of: own)]
        paths += directories.map { $0 + "/" + name } + [name]
        // The directory of the file itself, if it was opened through a symbolic link.
        if let resolved = realpath(own, nil) {
            paths.append(directory(of: String(cString: resolved)) + "/" + name)
            free(resolved)
        }
        return paths
    }

    /// Replaces %b in a name with the index of a block, and %% with a percent sign.
    static func name(_ pattern: String, block: Int?) -> String {
        var name = ""
        var rest = pattern[...]
        while let percent = rest.firstIndex(of: "%") {
            name += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            switch (rest.first, block) {
            case ("%", _): name += "%"
            case ("b", let block?): name += "\(block)"
            default:
                name += "%"
                continue
            }
            rest = rest.dropFirst()
        }
        return name + rest
    }

    // MARK: Selections

    /// The selection of a dataspace as slabs.
    private func slabs(_ space: hid_t) throws -> [Slab] {
        let kind = Library.locked { H5Sget_select_type(space) }
        let rank = Int(
            try Library.call(.readFailed, "H5Sget_simple_extent_ndims", at: location) {
                H5Sget_simple_extent_ndims(space)
            })
        let ones = [hsize_t](repeating: 1, count: rank)
        guard kind == H5S_SEL_HYPERSLABS else {
            guard kind == H5S_SEL_ALL else {
                throw location.error(.readFailed, "H5Sget_select_type", "a mapping of single points")
            }
            let shape = try Shape.of(space: space, at: location)
            return [
                Slab(start: shape.map { _ in 0 }, stride: ones, count: ones, block: shape.map { hsize_t($0) })
            ]
        }
        let isRegular = try Library.call(.readFailed, "H5Sis_regular_hyperslab", at: location) {
            H5Sis_regular_hyperslab(space)
        }
        if isRegular > 0 {
            var slab = Slab(start: ones, stride: ones, count: ones, block: ones)
            try Library.call(.readFailed, "H5Sget_regular_hyperslab", at: location) {
                H5Sget_regular_hyperslab(space, &slab.start, &slab.stride, &slab.count, &slab.block)
            }
            return [slab]
        }
        let count = try Library.call(.readFailed, "H5Sget_select_hyper_nblocks", at: location) {
            H5Sget_select_hyper_nblocks(space)
        }
        var corners = [hsize_t](repeating: 0, count: 2 * rank * Int(count))
        try Library.call(.readFailed, "H5Sget_select_hyper_blocklist", at: location) {
            H5Sget_select_hyper_blocklist(space, 0, hsize_t(count), &corners)
        }
        return stride(from: 0, to: corners.count, by: 2 * rank).map { corner in
            let first = Array(corners[corner..<corner + rank])
            let last = corners[corner + rank..<corner + 2 * rank]
            return Slab(start: first, stride: ones, count: ones, block: zip(first, last).map { $1 &- $0 &+ 1 })
        }
    }

    private func remove(_ slab: Slab, from space: hid_t) throws {
        guard !slab.start.isEmpty, !slab.count.contains(0), !slab.block.contains(0) else { return }
        try Library.call(.readFailed, "H5Sselect_hyperslab", at: location) {
            H5Sselect_hyperslab(space, H5S_SELECT_NOTB, slab.start, slab.stride, slab.count, slab.block)
        }
    }

    /// The first and the last selected index along each dimension.
    private func bounds(_ space: hid_t) throws -> (first: [Int], last: [Int]) {
        let rank = Int(
            try Library.call(.readFailed, "H5Sget_simple_extent_ndims", at: location) {
                H5Sget_simple_extent_ndims(space)
            })
        var first = [hsize_t](repeating: 0, count: rank)
        var last = first
        try Library.call(.readFailed, "H5Sget_select_bounds", at: location) {
            H5Sget_select_bounds(space, &first, &last)
        }
        return (first.map { Int(clamping: $0) }, last.map { Int(clamping: $0) })
    }
}
