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
        guard network.inputShape == model.network.inputShape, network.layout.hasTensors(of: model.network.layout) else {
            throw .initialWeightsDoNotFit(
                file: file, expected: network.shortText, found: model.network.shortText)
        }
        return networkParameters
    }
}

extension ParameterLayout {
    /// Whether the tensors have the same names and shapes.
    fileprivate func hasTensors(of other: ParameterLayout) -> Bool {
        tensors.elementsEqual(other.tensors) { ($0.layer, $0.name) == ($1.layer, $1.name) && $0.shape == $1.shape }
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
