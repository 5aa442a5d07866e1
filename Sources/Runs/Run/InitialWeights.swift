import Datasets
import Kernels
import Models
import Networks
import RunSettings
import Stepping

extension TrainingData {
    /// Reads the data, and the parameters of the checkpoint that the setting `initialWeights` names. What the numbers of the
    /// data mean is then taken from that checkpoint, on which its parameters depend.
    /// - Returns: the data, and the parameters; nil without the setting.
    /// - Throws: `RunError.initialWeightsDoNotFit`, `.initialWeightsDiffer`, and the errors of reading.
    package static func withInitialWeights(
        _ configuration: Configuration, interruption: Interruption? = nil
    ) throws -> (data: TrainingData, weights: FloatBuffer?) {
        guard let path = configuration.initialWeights else {
            return (try TrainingData(configuration, interruption: interruption), nil)
        }
        let checkpoint = try CheckpointFile.read(path)
        try configuration.requireMeaning(of: checkpoint.model, inWeights: path)
        let data = try TrainingData(configuration, schema: checkpoint.model.schema, interruption: interruption)
        return (data, try checkpoint.parameters(for: data.model.network, file: path))
    }
}

extension Checkpoint {
    /// The parameters as initial weights of a run.
    /// - Throws: `RunError.initialWeightsDoNotFit`.
    fileprivate func parameters(for network: Network, file: String) throws(RunError) -> FloatBuffer {
        func describe(_ network: Network) -> String { network.widths.map(String.init).joined(separator: "-") }
        let (expected, found) = (describe(network), describe(model.network))
        guard expected == found else { throw .initialWeightsDoNotFit(file: file, expected: expected, found: found) }
        return networkParameters
    }
}

extension Configuration {
    /// Checks that settings which say what the data means are those of the initial weights: parameters mean nothing without
    /// them.
    /// - Throws: `RunError.initialWeightsDiffer`.
    fileprivate func requireMeaning(of model: Model, inWeights path: String) throws(RunError) {
        for key in ["task", "standardize", "standardizeTargets", "missing", "unseenCategories", "featureScale"] {
            guard specifies(key), let setting = Setting.named(key) else { continue }
            let (was, now) = (setting.text(model.configuration), setting.text(self))
            if key == "featureScale", featureScale.map({ Float($0) }) == Float(model.schema.features.scale) { continue }
            guard was == now || now == automatic else {
                throw .initialWeightsDiffer(file: path, setting: key, was: was ?? "none", now: now ?? "none")
            }
        }
    }
}
