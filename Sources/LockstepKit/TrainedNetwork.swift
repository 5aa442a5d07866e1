import Datasets
import DurableFiles
import Kernels
import Models
import Networks
import Runs
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

    /// The number of inputs: features of a sample.
    public var inputs: Int { checkpoint.model.network.inputs }

    /// The number of outputs.
    public var outputs: Int { checkpoint.model.encoding.outputs }

    /// The names of the outputs: class names, or class ids if classes have no names, or output1, output2, …
    public var outputNames: [String] { (0..<outputs).map(checkpoint.model.outputName) }

    /// Computes the outputs for each sample: class probabilities, or regression values.
    /// - Parameter features: [samples][inputs]
    /// - Returns: [samples][outputs]
    /// - Throws: `LockstepError` of kind `badData` for samples with another number of features.
    public func predict(_ features: [[Float]]) throws(LockstepError) -> [[Float]] {
        try worded {
            let results = try results(features)
            let values = results.view.array
            return features.indices.map { Array(values[$0 * outputs..<($0 + 1) * outputs]) }
        }
    }

    /// Computes the most probable class of each sample.
    /// - Parameter features: [samples][inputs]
    /// - Returns: class ids [samples], which count from 0.
    /// - Throws: `LockstepError`, of kind `usage` for a network that does not classify.
    public func predictClasses(_ features: [[Float]]) throws(LockstepError) -> [Int] {
        try worded {
            guard let classes = checkpoint.model.predictedClasses(try results(features)) else {
                throw LockstepError(.usage, "this network does not tell classes apart; predict gives its numbers")
            }
            return classes
        }
    }

    private func results(_ features: [[Float]]) throws -> FloatBuffer {
        let matrix = try FeatureMatrix(features, width: inputs)
        let inference = Inference(network: checkpoint.model.network, workerCount: ProcessLimits.cores)
        return try inference.outputs(of: matrix, parameters: checkpoint.networkParameters)
    }
}

extension FeatureMatrix {
    /// Copies features [samples][width].
    /// - Parameter width: the required number of features; nil for that of the first sample.
    /// - Throws: `LockstepError` of kind `badData` if there are no samples, or their lengths differ, or a value is not
    ///   finite.
    init(_ features: [[Float]], width: Int? = nil) throws(LockstepError) {
        guard let width = width ?? features.first?.count, width > 0, !features.isEmpty else {
            throw LockstepError(.badData, "there are no samples, or they have no numbers")
        }
        for (index, sample) in features.enumerated() {
            guard sample.count == width else {
                throw LockstepError(.badData, "sample \(index) has \(sample.count) numbers, not \(width)")
            }
            guard let column = sample.firstIndex(where: { !$0.isFinite }) else { continue }
            throw LockstepError(.badData, "sample \(index): number \(column) is \(sample[column])")
        }
        let floats = FloatBuffer(count: features.count * width)
        for (index, sample) in features.enumerated() {
            _ = floats.view.slice(index * width, width).pointer.update(fromContentsOf: sample)
        }
        self.init(floats: floats, sampleShape: [width])
    }
}
