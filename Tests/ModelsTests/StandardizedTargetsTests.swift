import Datasets
import Kernels
import RunSettings
import Splits
import TestSupport
import Testing

@testable import Models

/// Measurements that are standardised for training, and shown in their original unit.
@Suite struct StandardizedTargetsTests {
    private let features = FeatureSchema(
        sampleShape: [2], axes: nil, names: nil, categories: [], elementType: "float32", scale: 1, offset: 0,
        standardization: .none, missing: .init(policy: .refuse, fills: []), allowsUnseen: false,
        ranges: FeatureRanges(count: 1))

    /// Mean 30, deviation 20.
    private let measured = Labels(.numbers([10, 50, 10, 50], width: 1), classNames: nil, file: "t.csv")

    private func model(
        _ labels: Labels, isTable: Bool = false, task: LabelSchema.Task? = .regression,
        _ set: (inout Configuration) -> Void = { _ in }
    ) throws -> Model {
        var configuration = Configuration()
        configuration.layers = [2]
        set(&configuration)
        let schema = Schema(features: features, labels: try LabelSchema(of: labels, task: task))
        return try Model(resolving: configuration, schema: schema, labels: labels, isTable: isTable)
    }

    private func means(_ model: Model) -> [Double] { model.schema.labels.means }

    @Test func measurementsOfTablesAreStandardisedUnlessTheUserSaysOtherwise() throws {
        #expect(try means(model(measured, isTable: true)) == [30])
        #expect(try means(model(measured)) == [])
        #expect(try means(model(measured, isTable: true) { $0.standardizeTargets = .no }) == [])
        #expect(try means(model(measured) { $0.standardizeTargets = .yes }) == [30])
    }

    @Test func theCheckpointsConfigurationSaysIt() throws {
        #expect(try model(measured, isTable: true).configuration.standardizeTargets == .yes)
        #expect(try model(measured).configuration.standardizeTargets == .no)
        #expect(try model(measured).configuration.task == .regression)
    }

    @Test func resultsAreInTheOriginalUnit() throws {
        let outputs = FloatBuffer(count: 3)
        _ = outputs.view.pointer.update(fromContentsOf: [-1, 0, 0.5])
        #expect(try model(measured, isTable: true).results(outputs).array == [10, 30, 40])
        #expect(try model(measured).results(outputs).array == [-1, 0, 0.5])
    }

    /// Outputs of 0 are the mean, 30: every error is 20.
    @Test func errorsAreInTheOriginalUnit() throws {
        let model = try model(measured, isTable: true)
        let matrix = FeatureMatrix(floats: FloatBuffer(count: 8), sampleShape: [2])
        let samples = Samples(
            features: matrix, targets: try model.schema.labels.encode(measured, as: model.encoding))
        let metrics = try #require(model.regressionMetrics(FloatBuffer(count: 4), samples))
        #expect(metrics.meanAbsoluteError == 20 && metrics.rSquared == 0)
    }

    @Test func whatCannotBeStandardisedIsRefused() {
        let classes = Labels(.integers([0, 1, 0]), classNames: nil, file: "t.csv")
        #expect(
            throws: SettingsError.targetsCannotBeStandardized(
                task: "classification", loss: "cross-entropy", outputActivation: "softmax")
        ) { try model(classes, task: nil) { $0.standardizeTargets = .yes } }
        #expect(
            throws: SettingsError.targetsCannotBeStandardized(
                task: "regression", loss: "mse", outputActivation: "sigmoid")
        ) {
            try model(measured) { ($0.standardizeTargets, $0.outputActivation) = (.yes, .sigmoid) }
        }
    }

    @Test func tablesWhoseTargetsCannotBeStandardisedKeepThem() throws {
        #expect(try means(model(measured, isTable: true) { $0.outputActivation = .sigmoid }) == [])
        let classes = Labels(.integers([0, 1, 0]), classNames: nil, file: "t.csv")
        #expect(try means(model(classes, isTable: true, task: nil)) == [])
    }
}
