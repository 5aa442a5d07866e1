import DatasetFiles
import Datasets
import Kernels
import Models
import Networks
import RunSettings
import Splits
import Stepping
import TestSupport
import Testing

/// Networks on files that write their samples otherwise than the training file: inputs, outputs and scores are those that
/// NumPy and scikit-learn find in what the numbers mean, whichever way the file comes in.
@Suite struct SchemaPairTests {
    private let files: WorkFiles

    init() throws { files = try WorkFiles() }

    // MARK: The network

    /// - Parameter group: that of the training samples.
    private func configuration(of network: RecordedNetwork, _ file: String, group: String = "") -> Configuration {
        var configuration = Configuration()
        configuration.layers = [.dense(network.hiddenWidth)]
        configuration.standardize = Standardization.Kind(rawValue: network.standardize)
        configuration.standardizeTargets = network.name == "measured" ? .yes : .no
        (configuration.data, configuration.features, configuration.labels) = (file, group + "X", group + "y")
        return configuration
    }

    /// The network's data, from which its schema is made.
    private func trained(_ network: RecordedNetwork) throws -> TrainingData {
        try TrainingData(configuration(of: network, files.write(network.file, as: "trained.h5")))
    }

    private func parameters(_ network: RecordedNetwork, of model: Model) throws -> FloatBuffer {
        let layout = model.network.layout
        let parameters = FloatBuffer(count: layout.bufferCount)
        for tensor in layout.tensors {
            let values = try #require(network.parameters["\(tensor.layer)/\(tensor.name)"])
            try #require(values.count == tensor.count)
            _ = parameters.view.slice(tensor).pointer.update(fromContentsOf: values)
        }
        return parameters
    }

    private func inference(_ model: Model) throws -> Inference { try Inference(network: model.network, workerCount: 2) }

    private func usedFile(_ pair: SchemaPair) throws -> String { try files.write(pair.file, as: "used.h5") }

    private func split(_ pair: SchemaPair, withLabels: Bool = true) throws -> RawSplit {
        try DatasetFile(usedFile(pair)).split(
            SplitPaths(features: "held/X", labels: "held/y"), withLabels: withLabels)
    }

    // MARK: Outcomes

    /// Runs `body`, which must throw the error of that name if there is one.
    /// - Returns: nil if it throws.
    private func expect<T>(_ refusal: String?, _ body: () throws -> T) throws -> T? {
        guard let refusal else { return try body() }
        let error = #expect(throws: (any Error).self) { _ = try body() }
        #expect(error.map(caseName) == refusal)
        return nil
    }

    /// "SchemaMismatch.scale"; the type alone of errors that are no enumerations.
    private func caseName(_ error: any Error) -> String {
        let mirror = Mirror(reflecting: error)
        let label = mirror.displayStyle == .enum ? mirror.children.first?.label : nil
        return (["\(type(of: error))"] + [label].compactMap(\.self)).joined(separator: ".")
    }

    private func expectClose(
        _ found: [some BinaryFloatingPoint], _ expected: [Double], _ what: String, within tolerance: (Int) -> Double
    ) {
        guard found.count == expected.count else {
            Issue.record("\(what): \(found.count) numbers, not \(expected.count)")
            return
        }
        // The first alone, of what may be many.
        let far = found.indices.first { !(abs(Double(found[$0]) - expected[$0]) <= tolerance($0)) }
        #expect(far == nil, "\(what) \(far.map { "\($0): \(found[$0]), not \(expected[$0])" } ?? "")")
    }

    private func expect(_ features: FeatureMatrix, _ results: RecordedResults) {
        let bound = RoundingBound(results, inputs: features.width)
        expectClose(features.floats, results.inputs, "input") { _ in bound.inputs }
    }

    private func expect(_ outputs: FloatBuffer, of model: Model, _ results: RecordedResults) {
        let bound = RoundingBound(results, inputs: model.schema.features.width)
        expectClose(model.results(outputs).array, results.outputs, "output") {
            bound.output($0 % model.encoding.outputs, value: results.outputs[$0])
        }
        guard case .classes(let predictions, _, _) = results.scores else { return }
        #expect(model.predictedClasses(outputs)?.map(model.className) == predictions)
    }

    private func expect(
        _ sum: LossSum, _ outputs: FloatBuffer, _ samples: Samples, of model: Model, _ results: RecordedResults
    ) {
        let bound = RoundingBound(results, inputs: model.schema.features.width)
        let loss = sum.loss / samples.totalWeight
        switch results.scores {
        case .classes(_, let expected, let accuracy):
            #expect(abs(loss - expected) <= bound.crossEntropy(expected), "loss: \(loss), \(expected)")
            #expect(model.accuracy(sum, on: samples) == accuracy)
        case .measurements(let squared, let absolute, let rSquared, _):
            let count = Double(squared.count)
            expectClose([loss], [squared.reduce(0, +) / count], "loss") { _ in
                squared.indices.map { bound.squaredError($0, squared[$0]) }.reduce(0, +) / count
            }
            let metrics = model.regressionMetrics(outputs, samples)?.outputs ?? []
            expectClose(metrics.map(\.meanAbsoluteError), absolute, "MAE", within: bound.error)
            expectClose(metrics.map { $0.rSquared ?? .nan }, rSquared, "R²") {
                bound.rSquared($0, rSquared[$0], squared[$0])
            }
        }
    }

    // MARK: Ways

    @Test func thePairsAreAllThere() throws { #expect(try SchemaPair.all().count == 72) }

    @Test(arguments: try SchemaPair.all().filter { $0.name == "same" }.map(\.network))
    func trainingMakesTheInputs(network: RecordedNetwork) throws {
        expect(try trained(network).train.features, network.results)
    }

    @Test(arguments: try SchemaPair.all())
    func evaluateFindsTheScores(pair: SchemaPair) throws {
        let model = try trained(pair.network).model
        var notes: [SchemaNote] = []
        let split = try split(pair)
        let samples = try expect(pair.refusal) { try split.samples(for: model) { notes.append($0) } }
        #expect(notes.map { Mirror(reflecting: $0).children.first?.label } == [pair.told].filter { $0 != nil })
        guard let samples, let results = pair.results else { return }
        expect(samples.features, results)
        let outputs = FloatBuffer(count: samples.count * model.encoding.outputs)
        let parameters = try parameters(pair.network, of: model)
        let sum = try inference(model).evaluate(samples, parameters: parameters, outputs: outputs)
        expect(outputs, of: model, results)
        expect(sum, outputs, samples, of: model, results)
    }

    /// Labels do not matter.
    @Test(arguments: try SchemaPair.all())
    func predictMakesTheOutputs(pair: SchemaPair) throws {
        let model = try trained(pair.network).model
        let split = try split(pair, withLabels: false)
        let inputs = try expect(pair.results == nil ? pair.refusal : nil) {
            try split.inputs(by: model.schema.features) { _ in }
        }
        guard let inputs, let results = pair.results else { return }
        expect(inputs, results)
        let parameters = try parameters(pair.network, of: model)
        expect(try inference(model).outputs(of: inputs, parameters: parameters), of: model, results)
    }

    /// Beside the training samples the held-out ones are what they are in a file of their own.
    @Test(arguments: try SchemaPair.all())
    func aTestSplitHasTheSameSamples(pair: SchemaPair) throws {
        let file = try usedFile(pair)
        // Names are those of a whole file.
        guard try DatasetFile(file).contains(dataset: "/X") else { return }
        var configuration = configuration(of: pair.network, file)
        (configuration.testFeatures, configuration.testLabels) = ("held/X", "held/y")
        guard let data = try expect(pair.refusal, { try TrainingData(configuration) }) else { return }
        try expect(data.test, areThoseOf: pair)
        #expect(try data.model.schema == trained(pair.network).model.schema)
    }

    /// Initial weights bring their schema with them.
    @Test(arguments: try SchemaPair.all())
    func trainingFromInitialWeightsHasTheSameSamples(pair: SchemaPair) throws {
        try expectTraining(on: pair, isSameData: false, pair.refusal)
    }

    /// What goes on must be the same data, so that even other names of the same are refused.
    @Test(arguments: try SchemaPair.all())
    func aResumeHasTheSameSamplesUnlessNamesDiffer(pair: SchemaPair) throws {
        try expectTraining(on: pair, isSameData: true, pair.resumeRefusal)
    }

    private func expectTraining(on pair: SchemaPair, isSameData: Bool, _ refusal: String?) throws {
        let schema = try trained(pair.network).model.schema
        let configuration = configuration(of: pair.network, try usedFile(pair), group: "held/")
        let data = try expect(refusal) {
            try TrainingData(configuration, given: GivenSchema(schema), isSameData: isSameData)
        }
        guard let data else { return }
        try expect(data.train, areThoseOf: pair)
        #expect(data.model.schema == schema)
    }

    /// Whether samples are those that evaluate has.
    private func expect(_ samples: Samples?, areThoseOf pair: SchemaPair) throws {
        let (samples, results) = (try #require(samples), try #require(pair.results))
        expect(samples.features, results)
        let evaluated = try split(pair).samples(for: trained(pair.network).model) { _ in }
        #expect(DataFingerprint([(.test, samples)]) == DataFingerprint([(.test, evaluated)]))
    }
}

extension FeatureMatrix {
    fileprivate var floats: [Float] {
        let buffer = FloatBuffer(count: rows * width)
        gather(0..<rows, into: buffer.view)
        return buffer.array
    }
}
