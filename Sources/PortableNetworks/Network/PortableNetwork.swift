import Kernels
import Models
import Networks
import Runs

/// A trained network as programs need it that know no schema: its tensors, and the scaling of its inputs as numbers.
package struct PortableNetwork {
    package let model: Model
    /// nil if inputs are the raw values of files.
    package let scaling: InputScaling?
    private let parameters: FloatBuffer

    package init(_ checkpoint: Checkpoint) {
        model = checkpoint.model
        scaling = InputScaling(model.schema.features)
        parameters = checkpoint.networkParameters
    }

    package var network: Network { model.network }
    /// Whether samples are sequences of different lengths.
    package var hasLengths: Bool { model.schema.features.hasLengths }
    /// Whether inputs are ids, which an embedding reads.
    package var readsIDs: Bool { network.idCount != nil }

    /// A tensor or a running statistic of a node; nil if it has none of that name. The output layer's weight and bias give measurements
    /// in the unit of the data.
    package func tensor(_ name: String, of node: Node) -> FloatTensor? {
        guard let tensor = network.layout.all.first(where: { ($0.layer, $0.name) == (node.name, name) }) else {
            return nil
        }
        let found = FloatTensor(shape: tensor.shape, parameters.view.slice(tensor))
        return node.name == network.nodes.last?.name ? inUnitOfData(found, name) : found
    }

    /// A tensor that a layer of this kind always has.
    package func required(_ name: String, of node: Node) -> FloatTensor {
        guard let tensor = tensor(name, of: node) else { preconditionFailure("\(node.name) has no \(name)") }
        return tensor
    }

    private func inUnitOfData(_ tensor: FloatTensor, _ name: String) -> FloatTensor {
        let labels = model.schema.labels
        guard !labels.means.isEmpty else { return tensor }
        let width = tensor.values.count / labels.width
        let values = tensor.values.enumerated().map { index, value in
            let (output, value) = (index / width, Double(value))
            return Float(value * labels.deviations[output] + (name == "bias" ? labels.means[output] : 0))
        }
        return FloatTensor(shape: tensor.shape, values: values)
    }
}
