import DurableFiles
import Formats
import HDF5
import Kernels
import Networks
import PortableNetworks
import Runs

/// The network in a file of Keras: `.keras`, or a legacy HDF5 file.
/// - Parameter process: a process that reads several files; nil for one of its own.
/// - Throws: `ModelImportError`; `HDF5Error` for a damaged file, `FileError`, `OutOfMemory`.
package func kerasNetwork(file: String, process: ReadingProcess? = nil) throws -> ForeignNetwork {
    let contents = try kerasContents(file, process: process)
    guard let text = contents.configuration else {
        throw ModelImportError(file: file, contents.variables.isEmpty ? .unknownKind(found: .hdf5) : .noNetwork)
    }
    guard let configuration = JSON(reading: text) else {
        throw ModelImportError(file: file, .unreadable("the description of its network is no JSON"))
    }
    var network = try KerasImporter.network(
        KerasGraph(configuration, file: file), contents.variables, file: file)
    network.description = contents.description.flatMap(NetworkDescription.init)
    return network
}

/// The parameters in a file of Keras, in the layout of a checkpoint's network: those of the layers that an export of the checkpoint
/// has. Its measurements are in the unit of the data, those of the checkpoint are standardised.
/// - Parameter process: a process that reads several files; nil for one of its own.
/// - Throws: the same errors as `kerasNetwork`; `ExportError` for a network that Keras has not.
package func kerasWeights(file: String, like checkpoint: Checkpoint, process: ReadingProcess? = nil) throws
    -> FloatBuffer
{
    let contents = try kerasContents(file, process: process)
    let plan = try KerasPlan(PortableNetwork(checkpoint), format: .kerasH5)
    let graph = try KerasGraph(plan.configuration, file: file)
    let variables = contents.variables.named(as: plan.layers.filter { !$0.objects.isEmpty }.map(\.name))
    let foreign = try KerasImporter.network(graph, variables, file: file)
    let parameters = try foreign.parameters(
        of: checkpoint.model.network, ItemChain(foreign).items().flatMap(\.tensors))
    let labels = checkpoint.model.schema.labels
    guard !labels.means.isEmpty, let output = checkpoint.model.network.nodes.last else { return parameters }
    for tensor in checkpoint.model.network.layout.all where tensor.layer == output.name {
        let values = parameters.view.slice(tensor)
        for index in 0..<values.count {
            let output = index / (values.count / labels.width)
            let value = Double(values[index]) - (tensor.name == "bias" ? labels.means[output] : 0)
            values[index] = Float(value / labels.deviations[output])
        }
    }
    return parameters
}

private func kerasContents(_ file: String, process: ReadingProcess?) throws -> KerasContents {
    do {
        return try KerasContents.read(file, process: process)
    } catch let error as ZipError {
        throw ModelImportError(file: file, .unreadable(error.reason))
    } catch let error as HDF5Error where error.kind == .notHDF5 {
        throw ModelImportError(file: file, .unknownKind(found: nil))
    }
}

extension KerasVariables {
    /// Those of legacy files by other names, which the layers with variables have in the same order; others as they are.
    fileprivate func named(as names: [String]) -> KerasVariables {
        guard case .layers(let layers) = self else { return self }
        return .layers(zip(names, layers.filter { !$0.variables.isEmpty }).map { ($0, $1.variables) })
    }
}
