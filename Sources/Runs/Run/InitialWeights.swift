import Kernels
import Models
import Networks
import RunSettings
import Splits
import Stepping

/// The parameters of a run that begins with those of another's checkpoint.
package struct InitialWeights: Sendable {
    /// In the layout of the run's network.
    package let parameters: FloatBuffer
    package let origin: Origin

    /// Which layers have the parameters of a file.
    package struct Origin: Sendable, Equatable {
        package let file: String
        package let taken: [String]
        /// The layers that begin anew.
        package let new: [String]
        /// The activation functions of the hidden layers with which all weights have learned, if the run has others.
        package let formerActivations: [Activation]

        package init(file: String, taken: [String], new: [String], formerActivations: [Activation] = []) {
            (self.file, self.taken, self.new, self.formerActivations) = (file, taken, new, formerActivations)
        }
    }
}

extension TrainingData {
    /// Reads the data, and the parameters of the checkpoint that the setting `initialWeights` names, a file or a run. What the numbers of the
    /// data mean is then taken from that checkpoint, as far as these parameters depend on it.
    /// - Returns: the data, and the parameters; nil without the setting.
    /// - Throws: `SettingsError.onlyWithoutInitialWeights`, `RunError.initialWeightsDoNotFit`, `.noSuchLayer`,
    ///   `.layerDiffers`, `.initialWeightsDiffer`, and the errors of reading.
    package static func withInitialWeights(
        _ configuration: Configuration, interruption: Interruption? = nil,
        reading: @escaping (Double?) -> Void = { _ in }
    ) throws -> (data: TrainingData, weights: InitialWeights?) {
        guard let said = configuration.initialWeights else {
            guard configuration.only.isEmpty else { throw SettingsError.onlyWithoutInitialWeights }
            return (try TrainingData(configuration, interruption: interruption, reading: reading), nil)
        }
        let (path, checkpoint) = try readRetryingIfDeleted {
            try RunDirectory.networkPath(at: said)
        } reading: {
            ($0, try CheckpointFile.read($0))
        }
        let given = try checkpoint.model.meaning(for: configuration, file: path)
        try configuration.requireMeaning(of: checkpoint.model, given, inWeights: path)
        let data = try TrainingData(
            configuration, given: given, interruption: interruption, reading: reading)
        let weights = try checkpoint.weights(for: data.model.network, configuration, file: path)
        return (data, weights)
    }
}

extension Model {
    /// What numbers mean to the layers that a configuration takes: the features to layers that read them, the labels to the
    /// output layer. Layers in between know neither.
    /// - Throws: `RunError.noSuchLayer`.
    fileprivate func meaning(for configuration: Configuration, file: String) throws(RunError) -> GivenSchema {
        guard !configuration.only.isEmpty else { return GivenSchema(schema) }
        var given = GivenSchema()
        for name in configuration.only {
            let layers = try network.requiredLayers(called: name, file: file)
            if !network.layersOfInput.isDisjoint(with: layers) { given.features = schema.features }
        }
        if configuration.takesInitialLabels { given.labels = schema.labels }
        return given
    }
}

extension Checkpoint {
    /// The parameters of all layers, or of those that a configuration names, with new ones for the others.
    /// - Throws: `RunError.initialWeightsDoNotFit`, `.noSuchLayer`, `.layerDiffers`.
    fileprivate func weights(
        for network: Network, _ configuration: Configuration, file: String
    ) throws(RunError) -> InitialWeights {
        let all = network.layersWithTensors
        guard !configuration.only.isEmpty else {
            guard network.layout.hasTensors(of: model.network.layout) else {
                throw .initialWeightsDoNotFit(
                    file: file, expected: network.shortText, found: model.network.shortText)
            }
            let former = model.network.hiddenActivations
            return InitialWeights(
                parameters: networkParameters,
                origin: InitialWeights.Origin(
                    file: file, taken: all, new: [],
                    formerActivations: former == network.hiddenActivations ? [] : former))
        }
        var taken: Set<String> = []
        for name in configuration.only {
            taken.formUnion(try network.layers(called: name, alikeIn: model.network, file: file))
        }
        let (parameters, source) = (network.initialParameters(seed: configuration.seed), networkParameters)
        for tensor in network.layout.all where taken.contains(tensor.layer) {
            for own in model.network.layout.all where (own.layer, own.name) == (tensor.layer, tensor.name) {
                parameters.view.slice(tensor).copy(from: source.view.slice(own))
            }
        }
        return InitialWeights(
            parameters: parameters,
            origin: InitialWeights.Origin(
                file: file, taken: all.filter(taken.contains), new: all.filter { !taken.contains($0) }))
    }
}

extension Network {
    /// - Parameter file: the checkpoint of the network; nil for that of the run.
    /// - Throws: `RunError.noSuchLayer` if a name stands for no layer with tensors.
    fileprivate func requiredLayers(called name: String, file: String?) throws(RunError) -> [String] {
        let layers = layers(called: name)
        guard !layers.isEmpty else { throw .noSuchLayer(file: file, name: name, names: layerNames) }
        return layers
    }

    /// The layers that a name stands for, which must have the same tensors in the network of a checkpoint.
    /// - Throws: `RunError.noSuchLayer`, `.layerDiffers`.
    fileprivate func layers(
        called name: String, alikeIn source: Network, file: String
    ) throws(RunError) -> [String] {
        let layers = try requiredLayers(called: name, file: nil)
        let found = try source.requiredLayers(called: name, file: file)
        guard found == layers else {
            throw .layerDiffers(
                file: file, name: name, expected: layers.map { LayerPart(name: $0) },
                found: found.map { LayerPart(name: $0) })
        }
        for layer in layers {
            let (own, other) = (layout.parts(of: layer), source.layout.parts(of: layer))
            guard own == other else { throw .layerDiffers(file: file, name: layer, expected: own, found: other) }
        }
        return layers
    }
}

extension ParameterLayout {
    /// Whether the tensors have the same names and shapes.
    fileprivate func hasTensors(of other: ParameterLayout) -> Bool {
        all.elementsEqual(other.all) { ($0.layer, $0.name) == ($1.layer, $1.name) && $0.shape == $1.shape }
    }

    /// Names and shapes of a layer's tensors.
    fileprivate func parts(of layer: String) -> [LayerPart] {
        all.filter { $0.layer == layer }.map { LayerPart(name: $0.name, shape: $0.shape) }
    }
}

extension Configuration {
    /// Checks that settings which say what the data means are those of the initial weights: parameters mean nothing without
    /// them.
    /// - Parameter given: what the initial weights say of the data.
    /// - Throws: `RunError.initialWeightsDiffer`.
    fileprivate func requireMeaning(
        of model: Model, _ given: GivenSchema, inWeights path: String
    ) throws(RunError) {
        let ofFeatures =
            given.features == nil ? [] : ["axes", "standardize", "missing", "unseenCategories", "featureScale"]
        let ofLabels = given.labels == nil ? [] : ["task", "standardizeTargets"]
        for key in ofLabels + ofFeatures {
            guard specifies(key), let setting = Setting.named(key) else { continue }
            let (was, now) = (setting.text(model.configuration), setting.text(self))
            if key == "featureScale", featureScale.map({ Float($0) }) == Float(model.schema.features.scale) { continue }
            guard was == now || now == automatic else {
                throw .initialWeightsDiffer(file: path, setting: key, was: was ?? "none", now: now ?? "none")
            }
        }
    }
}
