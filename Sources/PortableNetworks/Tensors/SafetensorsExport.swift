import Formats
import Layers
import Models
import RunSettings
import Runs

/// Parameters and running statistics in Lockstep's own names and orders, `dense1.weight` [outputs, inputs], with the description of the
/// network among the texts of the file.
package enum SafetensorsExport {
    /// - Throws: `SafetensorsError`.
    package static func file(of network: PortableNetwork) throws -> Exported {
        let nodes = network.network.nodes
        let tensors = nodes.flatMap { node in
            (node.layer.tensors.map(\.name) + node.layer.statistics.map(\.name)).map {
                network.required($0, of: node).stored(name(of: $0, in: node.name))
            }
        }
        let description = try NetworkDescription(of: network.model).text()
        let file = try safetensors(
            tensors,
            metadata: [
                (NetworkDescription.key, description), ("lockstepVersion", lockstepVersion), ("format", "pt"),
            ])
        return Exported(
            file: file.arrays, notes: network.scaling == nil ? [] : [.scalingIsDescription])
    }

    /// The name of a tensor of a layer.
    package static func name(of tensor: String, in layer: String) -> String {
        "\(layer.replacing("/", with: ".")).\(tensor)"
    }
}

extension SafetensorsFile {
    /// The network that Lockstep has described in the file.
    /// - Parameters:
    ///   - file: its path, for errors.
    ///   - like: a checkpoint of the network whose parameters the file has; nil takes the description.
    /// - Throws: `ModelImportError`.
    package func checkpoint(file: String, like: Checkpoint?) throws -> Checkpoint {
        let model = try like?.model ?? described(file: file)
        let layout = model.network.layout
        let network = ForeignNetwork(file: file, inputShape: model.inputShape)
        let groups = try model.network.nodes.map { node in
            let names = node.layer.tensors.map(\.name) + node.layer.statistics.map(\.name)
            return try Dictionary(
                uniqueKeysWithValues: names.compactMap { name in
                    let stored = SafetensorsExport.name(of: name, in: node.name)
                    return try names.isEmpty || !self.names.contains(stored)
                        ? nil : (name, FloatTensor(tensor(stored)))
                })
        }.filter { !$0.isEmpty }
        let expected = Set(layout.all.map { SafetensorsExport.name(of: $0.name, in: $0.layer) })
        if let unknown = names.first(where: { !expected.contains($0) }) {
            throw network.error(.tensor(unknown, expected: nil, found: try tensor(unknown).shape))
        }
        return Checkpoint(
            model: model, parameters: try network.parameters(of: model.network, groups))
    }

    private func described(file: String) throws(ModelImportError) -> Model {
        guard let text = metadata.first(where: { $0.name == NetworkDescription.key })?.text else {
            throw ModelImportError(file: file, .noNetwork)
        }
        guard let description = NetworkDescription(text: text) else {
            throw ModelImportError(file: file, .unreadable("its description of the network is damaged"))
        }
        return try description.model(file: file)
    }
}
