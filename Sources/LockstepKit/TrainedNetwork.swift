import Datasets
import DurableFiles
import Kernels
import Networks
import Runs
import Stepping

/// A network that has been trained, here or by the command.
public struct TrainedNetwork: Sendable {
    let checkpoint: Checkpoint

    /// The network of a checkpoint's file.
    /// - Throws: `LockstepError` where there is no such file, or it is damaged or no checkpoint.
    public init(checkpoint path: String) throws(LockstepError) {
        checkpoint = try worded { try CheckpointFile.read(path) }
    }

    init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// Writes a checkpoint, which the command evaluates, predicts with and inspects.
    /// - Throws: `LockstepError` where it cannot be written; then the path has what it had before.
    public func save(_ path: String) throws(LockstepError) {
        try worded { try replaceFile(path, with: CheckpointFile.bytes(of: checkpoint)) }
    }

    /// Numbers of a sample.
    public var inputs: Int { checkpoint.model.network.inputs }

    /// Numbers that the network puts out for a sample.
    public var outputs: Int { checkpoint.model.encoding.outputs }

    /// What each output stands for: the name of a class, its number where it has no name, or output1, output2, …
    public var outputNames: [String] { (0..<outputs).map(checkpoint.model.outputName) }

    /// What the network puts out: probabilities of classes, or numbers.
    /// - Parameter features: [samples][inputs]
    /// - Returns: [samples][outputs]
    /// - Throws: `LockstepError` of kind `badData` for samples of another length.
    public func predict(_ features: [[Float]]) throws(LockstepError) -> [[Float]] {
        try worded {
            let results = try results(features)
            let values = results.view.array
            return features.indices.map { Array(values[$0 * outputs..<($0 + 1) * outputs]) }
        }
    }

    /// The class of each sample.
    /// - Parameter features: [samples][inputs]
    /// - Returns: [samples], from 0 on.
    /// - Throws: `LockstepError`, of kind `usage` for a network that does not tell classes apart.
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
    /// - Parameter width: numbers of a sample; nil for those of the first.
    /// - Throws: `LockstepError` of kind `badData` for no samples, samples of other lengths, and numbers that are not finite.
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
