import DurableFiles
import Kernels
import Models
import Networks
import Runs
import Splits
import Stepping

/// A network trained by this library or by the command `lockstep train`.
public struct TrainedNetwork: Sendable {
    let checkpoint: Checkpoint

    /// Reads the network of a checkpoint file.
    /// - Throws: `LockstepError` if the file does not exist, is damaged, or is not a checkpoint.
    public init(checkpoint path: String) throws(LockstepError) {
        checkpoint = try worded { try CheckpointFile.read(path) }
    }

    init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// Atomically writes a checkpoint file, for this library and for the commands `evaluate`, `predict` and `inspect`.
    /// - Throws: `LockstepError` if it cannot be written; an existing file then stays unchanged.
    public func save(_ path: String) throws(LockstepError) {
        try worded { try replaceFile(path, with: CheckpointFile.bytes(of: checkpoint)) }
    }

    /// The number of features of a sample.
    public var inputs: Int { checkpoint.model.schema.features.width }

    /// The number of outputs.
    public var outputs: Int { checkpoint.model.encoding.outputs }

    /// The names of the outputs: class names, or class ids if classes have no names, or output1, output2, …
    public var outputNames: [String] { (0..<outputs).map(checkpoint.model.outputName) }

    /// Computes the outputs for each sample: class probabilities, or measurements in their original unit. Features are
    /// scaled and standardised as in training.
    /// - Parameter features: [samples][inputs]
    /// - Returns: [samples][outputs]
    /// - Throws: `LockstepError` of kind `badData` for samples with another number of features.
    public func predict(_ features: [[Float]]) throws(LockstepError) -> [[Float]] {
        try worded {
            let results = try results(features)
            let values = results.array
            return features.indices.map { Array(values[$0 * outputs..<($0 + 1) * outputs]) }
        }
    }

    /// Computes the most probable class of each sample.
    /// - Parameter features: [samples][inputs]
    /// - Returns: class ids [samples]: those of training, or the places of the class names.
    /// - Throws: `LockstepError`, of kind `usage` for a network that does not classify.
    public func predictClasses(_ features: [[Float]]) throws(LockstepError) -> [Int] {
        try worded {
            guard let classes = checkpoint.model.predictedClasses(try results(features)) else {
                throw LockstepError(.usage, "this network does not tell classes apart; predict gives its numbers")
            }
            // Classes that are called by numbers are those numbers.
            let ids = checkpoint.model.schema.labels.classNames.compactMap { Int($0) }
            return ids.count == checkpoint.model.classCount ? classes.map { ids[$0] } : classes
        }
    }

    private func results(_ features: [[Float]]) throws -> FloatBuffer {
        let model = checkpoint.model
        let inputs = try RawSplit(features, nil, width: inputs).inputs(of: model) { _ in }
        let inference = try Inference(network: model.network, workerCount: ProcessLimits.cores)
        return model.results(try inference.outputs(of: inputs, parameters: checkpoint.networkParameters))
    }
}
