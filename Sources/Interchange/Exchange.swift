import DurableFiles
import Formats
import KerasNetworks
import ONNXNetworks
import PortableNetworks
import Runs
import Splits

/// A checkpoint's network in the format of another program.
/// - Throws: `ExportError` for a layer that the format has not, `ONNXError`, `ZipError` for a file that would be too large, `HDF5Error`.
package func export(_ checkpoint: Checkpoint, as format: ExportFormat) throws -> Exported {
    let network = PortableNetwork(checkpoint)
    var exported =
        switch format {
        case .onnx: try ONNXExport.file(of: network)
        case .keras: try kerasArchive(network)
        case .kerasH5: try kerasH5(network)
        case .safetensors: try SafetensorsExport.file(of: network)
        case .torch: try TorchExport.file(of: network)
        }
    exported.notes += network.notes(for: format)
    return exported
}

/// Brings a network of another program into a checkpoint.
/// - Parameters:
///   - like: a checkpoint of the same network, for files that have parameters alone; nil for none.
///   - task: what outputs without an activation are; nil takes them for measurements.
/// - Throws: `ModelImportError`, `FileError`, `OutOfMemory`, `HDF5Error`.
package func importModel(_ path: String, like: Checkpoint?, task: LabelSchema.Task?) throws -> Checkpoint {
    let start = try readFile(path, first: FileKind.byteCount)
    // A safetensors file begins with the length of its header, which may look like text.
    let isSafetensors = start.count > 8 && start[8] == UInt8(ascii: "{") && start[4..<8].allSatisfy { $0 == 0 }
    switch FileKind(startingWith: start) {
    case _ where isSafetensors: break
    case .hdf5 where try !CheckpointFile.isCheckpoint(path):
        if let like { return Checkpoint(model: like.model, parameters: try kerasWeights(file: path, like: like)) }
        return try kerasNetwork(file: path).checkpoint(task: task)
    case .zip: return try kerasNetwork(file: path).checkpoint(task: task)
    case .table, .settings, nil: break
    case let kind?: throw ModelImportError(file: path, .unknownKind(found: kind))
    }
    // The bytes, and the numbers of them.
    try OutOfMemory.require(3 * fileSize(path), for: path)
    let bytes = try readFile(path)
    do {
        if isSafetensors { return try SafetensorsFile(bytes).checkpoint(file: path, like: like) }
        return try ONNXImport.network(of: ONNXModel(bytes), file: path).checkpoint(task: task)
    } catch let error as SafetensorsError {
        throw ModelImportError(file: path, .unreadable(error.reason))
    } catch let error as ONNXError {
        throw ModelImportError(file: path, .unreadable(error.reason))
    } catch is ProtobufError {
        throw ModelImportError(file: path, .unknownKind(found: nil))
    }
}

extension PortableNetwork {
    /// What no format but a description of ours has a place for.
    fileprivate func notes(for format: ExportFormat) -> [ExportNote] {
        let (features, labels) = (model.schema.features, model.schema.labels)
        var notes: [ExportNote] = []
        let texts = features.categories.indices.filter { features.categories[$0] != nil }.map(features.name)
        if !texts.isEmpty { notes.append(.textColumns(texts, inputs: network.inputs)) }
        if features.missing.policy != .refuse, !features.missing.fills.isEmpty { notes.append(.missingValues) }
        if let vocabulary = features.vocabulary { notes.append(.vocabulary(vocabulary.count)) }
        if features.inputOrder != nil, format != .torch { notes.append(.channelsLast(network.inputShape)) }
        if labels.hasTextNames { notes.append(.classNames) }
        return notes
    }
}
