import DurableFiles
import HDF5
import Kernels

/// SHA-256 over the content of an HDF5 file: the names, types, shapes and values of groups, datasets and attributes, in
/// the order of their names. It does not depend on the file's layout, so `h5repack` does not change it.
package enum ContentDigest {
    /// The root's attribute that stores the digest; the digest does not cover it.
    package static let attribute = "digest"

    /// Computes the digest of a file, `sha256:…`.
    /// - Parameter paths: datasets whose values are skipped, because an attribute has another digest of them.
    /// - Throws: `HDF5Error`.
    package static func of(_ root: Group, excluding paths: Set<String> = []) throws -> String {
        let hasher = Hasher(excluding: paths)
        try hasher.add(root)
        return "sha256:" + hasher.sha.finalize().hexadecimal
    }

    private struct Hasher {
        let sha = SHA256()
        private let excluded: Set<String>

        init(excluding paths: Set<String>) { excluded = paths }

        func add(_ group: Group) throws {
            add("group \(group.path)")
            try addAttributes(of: group)
            for member in try group.members() {
                switch member.kind {
                case .group: try add(group.group(member.name))
                case .dataset: try add(group.dataset(member.name))
                case .other: add("other \(group.path) \(member.name)")
                }
            }
        }

        func add(_ dataset: Dataset) throws {
            ReadingService.heartbeat()
            add("dataset \(dataset.path) \(dataset.elementType.description) \(dataset.shape)")
            if !excluded.contains(dataset.path) { try addValues(of: dataset) }
            try addAttributes(of: dataset)
        }

        private func addValues(of dataset: Dataset) throws {
            switch dataset.elementType {
            case .float(bits: 32): add(try dataset.read(as: Float.self))
            case .float: add(try dataset.read(as: Double.self))
            case .integer(bits: 64, signed: false): add(try dataset.read(as: UInt64.self))
            case .integer: add(try dataset.read(as: Int64.self))
            case .string: for text in try dataset.readStrings() { add(text) }
            case .other: break
            }
        }

        func addAttributes(of object: some HDF5Object) throws {
            for name in try object.attributeNames() where !(object.path == "/" && name == ContentDigest.attribute) {
                let type = try object.attributeType(name)
                add("attribute \(object.path) \(name) \(type.description) \(try object.attributeShape(name))")
                switch type {
                case .float: add(try object.read(name, as: Double.self))
                case .integer: add(try object.read(name, as: Int64.self))
                case .string: for text in try object.readStrings(name) { add(text) }
                case .other: break
                }
            }
        }

        /// The length comes before the text, so that different sequences of texts give different bytes.
        func add(_ text: String) {
            let bytes = Array(text.utf8)
            add([UInt64(bytes.count)])
            sha.update(bytes)
        }

        func add<T: HDF5Scalar>(_ values: [T]) {
            values.withUnsafeBytes(sha.update)
        }
    }
}

/// SHA-256 over the bytes of float values, in the order in which they are added.
package struct ValuesDigest {
    private let sha = SHA256()

    package init() {}

    package func add(_ values: FloatView) {
        sha.update(UnsafeRawBufferPointer(values.pointer))
    }

    /// The digest as text, `sha256:…`.
    package var text: String { "sha256:" + sha.finalize().hexadecimal }
}
