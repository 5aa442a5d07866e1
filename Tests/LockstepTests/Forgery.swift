import HDF5

/// Replaced values of a checkpoint: an attribute as `progress/step`, all elements of a dataset as `history/epoch`.
typealias Forgery = [String: Double]

extension Group {
    /// Copies the attributes and members of a checkpoint, except for its digests.
    func copy(to target: Group, under path: String = "", forging forgery: Forgery = [:]) throws {
        for name in try attributeNames() where !["digest", "numbers"].contains(name) {
            let value = forgery[path + name]
            switch try attributeType(name) {
            case .string: try target.writeString(name, readString(name))
            case .integer: try target.writeScalar(name, value.map(integer) ?? readScalar(name, as: Int64.self))
            default: try target.writeScalar(name, value ?? readScalar(name, as: Double.self))
            }
        }
        for member in try members() {
            let (name, path) = (member.name, path + member.name)
            guard member.kind == .dataset else {
                try group(name).copy(to: target.createGroup(name), under: path + "/", forging: forgery)
                continue
            }
            let dataset = try dataset(name)
            func put<T: HDF5Scalar>(_ values: [T], _ forged: (Double) -> T) throws {
                let values = forgery[path].map { value in values.map { _ in forged(value) } } ?? values
                try target.put(name, values, shape: dataset.shape)
            }
            switch dataset.elementType {
            case .string: _ = try target.createStringDataset(name, strings: dataset.readStrings())
            case .integer: try put(dataset.read(as: Int64.self), integer)
            case .float(bits: 32): try put(dataset.read(as: Float.self)) { Float($0) }
            default: try put(dataset.read(as: Double.self)) { $0 }
            }
        }
    }
}

private func integer(_ value: Double) -> Int64 { Int64(exactly: value) ?? (value < 0 ? .min : .max) }
