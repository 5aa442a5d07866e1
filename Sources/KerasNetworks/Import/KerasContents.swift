import DurableFiles
import Formats
import HDF5
import PortableNetworks

/// All that a file of Keras says, in memory.
struct KerasContents {
    /// The layers in JSON; nil for a file of weights alone.
    var configuration: String?
    /// What Lockstep wrote beside them.
    var description: String?
    var variables = KerasVariables.paths([:])

    /// Reads a file. A forged one may crash libhdf5, so another process reads it first.
    /// - Parameter process: one that reads several files; nil for one of its own.
    /// - Throws: `HDF5Error`, `ZipError`, `FileError`, `OutOfMemory`.
    static func read(_ path: String, process: ReadingProcess? = nil) throws -> KerasContents {
        // An archive that is damaged needs no other process: it has checksums.
        if try isArchive(path) {
            _ = try archive(path).content(of: weightsName, limit: ProcessLimits.freeMemory / 3)
        }
        let process = try process ?? ReadingProcess(.keras, reading: path)
        _ = try process.ask(path, for: Bool.self)
        return try KerasContents(reading: path)
    }

    /// Reads a file in this process.
    init(reading path: String) throws {
        guard try Self.isArchive(path) else {
            try read(File.open(path).root)
            return
        }
        let archive = try Self.archive(path)
        func text(_ name: String) throws -> String? {
            guard archive.names.contains(name) else { return nil }
            return String(decoding: try archive.content(of: name, limit: Self.largestText), as: UTF8.self)
        }
        configuration = try text("config.json")
        description = try text("\(NetworkDescription.key).json")
        let weights = try archive.content(of: Self.weightsName, limit: ProcessLimits.freeMemory / 3)
        try read(File.open(image: weights, name: path).root)
    }

    private static func isArchive(_ path: String) throws -> Bool { try readFile(path, first: 2) == Array("PK".utf8) }

    private static func archive(_ path: String) throws -> ZipArchive {
        // The archive, the weights in it, libhdf5's copy, and the tensors.
        try OutOfMemory.require(try 4 * fileSize(path), for: path)
        return try ZipArchive(try readFile(path))
    }

    private static let weightsName = "model.weights.h5"
    /// Networks of thousands of layers have some megabytes of text.
    private static let largestText = 1 << 26

    private mutating func read(_ root: Group) throws {
        if try root.hasAttribute("model_config") { configuration = try root.readString("model_config") }
        if try root.hasAttribute(NetworkDescription.key) {
            description = try root.readString(NetworkDescription.key)
        }
        var reader = KerasVariableReader()
        if try root.contains("layers") {
            variables = .paths(try reader.paths(below: root.group("layers"), "layers"))
        } else if try root.contains("model_weights") {
            variables = .layers(try reader.layers(of: root.group("model_weights")))
        } else if try root.hasAttribute("layer_names") || root.hasAttribute("layer_names0") {
            variables = .layers(try reader.layers(of: root))
        }
    }
}

/// The variables in a file.
enum KerasVariables {
    /// By their paths, as Keras 3 writes them.
    case paths([String: FloatTensor])
    /// By layer in the order of the file, as legacy files have them.
    case layers([(name: String, variables: [FloatTensor])])

    var isEmpty: Bool {
        switch self {
        case .paths(let all): all.isEmpty
        case .layers(let all): all.isEmpty
        }
    }
}

/// Reads variables as long as there is memory for them.
private struct KerasVariableReader {
    private var objects = 0
    private var bytes = 0

    /// All datasets below a group, which may lie in itself in a forged file.
    mutating func paths(below group: Group, _ path: String, depth: Int = 0) throws -> [String: FloatTensor] {
        var found: [String: FloatTensor] = [:]
        for member in try group.members() {
            try count(group)
            let own = "\(path)/\(member.name)"
            switch member.kind {
            case .dataset: found[own] = try tensor(group.dataset(member.name))
            case .group where depth < 8:
                found.merge(try paths(below: group.group(member.name), own, depth: depth + 1)) { first, _ in first }
            default: break
            }
        }
        return found
    }

    mutating func layers(of group: Group) throws -> [(name: String, variables: [FloatTensor])] {
        try texts("layer_names", of: group).map { name in
            try count(group)
            let layer = try group.group(name)
            return (name, try texts("weight_names", of: layer).map { try tensor(layer.dataset($0)) })
        }
    }

    /// An attribute of strings, which is divided if it is long: `layer_names0`, `layer_names1`, …
    private func texts(_ name: String, of group: Group) throws -> [String] {
        var texts: [String] = []
        var number = 0
        let isWhole = try group.hasAttribute(name)
        while try number == 0 || group.hasAttribute("\(name)\(number)") {
            let own = isWhole ? name : "\(name)\(number)"
            // An empty list is one of numbers.
            if try !group.attributeShape(own).contains(0) { texts += try group.readStrings(own) }
            number += 1
            if isWhole { break }
        }
        return texts
    }

    private mutating func tensor(_ dataset: Dataset) throws -> FloatTensor {
        try count(dataset)
        guard let size = dataset.count(elementSize: MemoryLayout<Float>.size) else {
            throw dataset.error("a shape of \(dataset.shape)")
        }
        bytes += size * MemoryLayout<Float>.size
        try OutOfMemory.require(2 * bytes, for: dataset.path)
        return FloatTensor(shape: dataset.shape, values: try dataset.read(as: Float.self))
    }

    private mutating func count(_ object: some HDF5Object) throws {
        objects += 1
        guard objects <= 1 << 17 else { throw object.error("more than \(1 << 17) objects") }
    }
}

extension HDF5Object {
    fileprivate func error(_ detail: String) -> HDF5Error {
        HDF5Error(kind: .readFailed, operation: "H5Dread", path: "", object: path, detail: detail)
    }
}

extension ReadingService {
    static let keras = ReadingService(
        name: "keras", errors: [HDF5Error.self, OutOfMemory.self, FileError.self])
}

/// The main function of the child process.
@c(lockstep_serve_keras)
func serveKeras(socket: Int32) {
    ReadingService.keras.serve(socket) { (path: String) in
        _ = try KerasContents(reading: path)
        return try .init(true)
    }
}
