import DurableFiles
import Formats
import HDF5
import PortableNetworks

/// The file of Keras 3: an archive with the layers as JSON and their variables as HDF5.
package func kerasArchive(_ network: PortableNetwork) throws -> Exported {
    let plan = try KerasPlan(network, format: .keras)
    var archive = ZipWriter()
    // Keras wants a date of each file, and equal networks shall give equal bytes.
    let metadata = JSON.object([
        ("keras_version", .string(KerasPlan.version)), ("date_saved", .string("1980-01-01@00:00:00")),
    ])
    try archive.append("metadata.json", Array(metadata.text.utf8))
    try archive.append("config.json", Array(plan.configuration.text.utf8))
    try archive.append("model.weights.h5", try plan.weightsFile())
    try archive.append("\(NetworkDescription.key).json", Array(NetworkDescription(of: network.model).text().utf8))
    return Exported(file: try archive.finished().arrays, notes: plan.notes)
}

/// The legacy file: HDF5 with the layers as an attribute, and the variables by the names of the layers.
package func kerasH5(_ network: PortableNetwork) throws -> Exported {
    let plan = try KerasPlan(network, format: .kerasH5)
    let file = try File.createInMemory()
    try file.root.writeText("model_config", plan.configuration.text)
    try file.root.writeText(NetworkDescription.key, NetworkDescription(of: network.model).text())
    try plan.writeLegacyWeights(to: file.root.createGroup("model_weights"))
    for object in [file.root, try file.root.group("model_weights")] {
        try object.writeText("backend", "tensorflow")
        try object.writeText("keras_version", KerasPlan.version)
    }
    let image = try file.image()
    try file.close()
    return Exported(file: [image], notes: plan.notes)
}

extension KerasPlan {
    /// The version whose files these are.
    fileprivate static let version = "3.15.1"

    /// The network as Keras writes it.
    var configuration: JSON {
        let ends = inputs.map { JSON.array([.string(layers[$0].name), .integer(0), .integer(0)]) }
        return .object([
            ("module", .string("keras.src.models.functional")), ("class_name", .string("Functional")),
            (
                "config",
                .object([
                    ("name", .string("lockstep")), ("trainable", .bool(true)),
                    ("layers", .array(layers.map(json))),
                    ("input_layers", ends.count == 1 ? ends[0] : .array(ends)),
                    ("output_layers", .array([.string(layers[output].name), .integer(0), .integer(0)])),
                ])
            ),
            ("registered_name", .string("Functional")), ("build_config", .object([("input_shape", .null)])),
        ])
    }

    private func json(_ layer: KerasLayer) -> JSON {
        let values = layer.inputs.map(tensor)
        let isList = ["Add"].contains(layer.kind)
        let node = JSON.object([
            ("args", .array(isList ? [.array(values)] : values)),
            ("kwargs", .object(layer.mask.map { [("mask", tensor($0))] } ?? [])),
        ])
        return .object([
            ("module", .string("keras.layers")), ("class_name", .string(layer.kind)),
            ("config", .object([("name", .string(layer.name))] + layer.settings)), ("registered_name", .null),
            ("name", .string(layer.name)), ("inbound_nodes", .array(layer.inputs.isEmpty ? [] : [node])),
        ])
    }

    private func tensor(_ index: Int) -> JSON {
        let layer = layers[index]
        return .object([
            ("class_name", .string("__keras_tensor__")),
            (
                "config",
                .object([
                    ("shape", layer.shape.json), ("dtype", .string(layer.name == "mask" ? "bool" : "float32")),
                    ("keras_history", .array([.string(layer.name), .integer(0), .integer(0)])),
                ])
            ),
        ])
    }

    /// The variables by the classes of the layers and their numbers.
    fileprivate func weightsFile() throws -> [UInt8] {
        let file = try File.createInMemory()
        var names = KerasPathNames()
        for layer in layers {
            let path = "layers/\(names.next(layer.kind))"
            for object in layer.objects {
                let own = object.path.isEmpty ? path : "\(path)/\(object.path)"
                let group = try file.root.createGroup("\(own)/vars")
                for (index, variable) in object.variables.enumerated() {
                    try group.write(variable.tensor, at: "\(index)")
                }
            }
        }
        let image = try file.image()
        try file.close()
        return image
    }

    fileprivate func writeLegacyWeights(to group: Group) throws {
        try group.writeTexts("layer_names", layers.map(\.name))
        for layer in layers {
            let own = try group.createGroup(layer.name)
            var names: [String] = []
            for object in layer.objects {
                for variable in object.variables {
                    let path = [layer.name, object.legacyPath, variable.name].filter { !$0.isEmpty }
                    names.append(path.joined(separator: "/"))
                    try own.write(variable.tensor, at: names[names.count - 1])
                }
            }
            try own.writeTexts("weight_names", names)
        }
    }
}

extension Group {
    fileprivate func write(_ tensor: FloatTensor, at path: String) throws {
        try createDataset(path, of: Float.self, shape: tensor.shape).write(tensor.values)
    }
}
