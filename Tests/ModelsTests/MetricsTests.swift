import Foundation
import HDF5
import Kernels
import Models
import Testing

/// Compares metrics with those of scikit-learn, which Fixtures/record_metrics.py has recorded.
@Suite struct MetricsTests {
    private let fixture: File

    init() throws {
        let url = try #require(Bundle.module.url(forResource: "metrics", withExtension: "h5"))
        fixture = try File.open(url.path)
    }

    private func read<T: HDF5Scalar>(_ path: String, as type: T.Type = Double.self) throws -> [T] {
        try fixture.root.dataset(path).read(as: T.self)
    }

    private func buffer(_ path: String) throws -> FloatBuffer {
        let values = try read(path, as: Float.self)
        return FloatBuffer(count: values.count).filled(with: values)
    }

    /// Ratios with a divisor of 0 are nil.
    private func expect(
        _ found: [Double?], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found.count == expected.count, sourceLocation: sourceLocation)
        for (found, expected) in zip(found, expected) {
            if let found {
                #expect(abs(found - expected) <= 1e-12, sourceLocation: sourceLocation)
            } else {
                #expect(!expected.isFinite, sourceLocation: sourceLocation)
            }
        }
    }

    private func expect(
        _ counts: [PredictionCounts], _ averages: MacroAverages, recordedAs name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let each = counts.map(\.precision) + counts.map(\.recall) + counts.map(\.f1Score)
        expect(each, try read("\(name)/each"), sourceLocation: sourceLocation)
        expect(
            [averages.precision, averages.recall, averages.f1Score], try read("\(name)/macro"),
            sourceLocation: sourceLocation)
    }

    // MARK: Classes

    /// The class with the largest output in each row; the first one, if several are equal.
    private func largest(_ outputs: FloatBuffer, columns: Int) -> [Int] {
        stride(from: 0, to: outputs.count, by: columns).map { start in
            let row = outputs.view.slice(start, columns).array
            return row.firstIndex(of: row.max() ?? 0) ?? 0
        }
    }

    @Test func classMetricsEqualScikitLearns() throws {
        let labels = try read("classes/labels", as: Int.self)
        let predictions = largest(try buffer("classes/outputs"), columns: 7)
        let counts = PredictionCounts.ofClasses(labels: labels, predictions: predictions, classCount: 7)
        try expect(counts, MacroAverages(ofClasses: counts), recordedAs: "classes")
        let matrix = ConfusionMatrix(labels: labels, predictions: predictions, classCount: 7)
        #expect(try matrix.counts.flatMap(\.self) == read("classes/confusion", as: Int.self))
        #expect(counts.map(\.samples) == matrix.counts.map { $0.reduce(0, +) })
    }

    @Test func ratiosWithADivisorOfZeroAreNil() {
        let counts = PredictionCounts.ofClasses(labels: [0, 0, 1], predictions: [0, 2, 2], classCount: 4)
        #expect(counts.map(\.precision) == [1, nil, 0, nil])
        #expect(counts.map(\.recall) == [0.5, 0, nil, nil])
        #expect(counts.map(\.f1Score) == [2.0 / 3, 0, 0, nil])
        // The last class does not occur as a label or a prediction, so the averages exclude it.
        let averages = MacroAverages(ofClasses: counts)
        #expect(averages.precision == 1.0 / 3 && averages.recall == 0.5 / 3 && averages.f1Score == 2.0 / 3 / 3)
    }

    @Test func topAccuracyEqualsScikitLearnsExceptForTies() throws {
        let (outputs, labels) = (try buffer("classes/outputs"), try read("classes/labels", as: Int.self))
        let found = (1...7).map { topAccuracy($0, outputs: outputs, columns: 7, labels: labels) }
        expect(found, try read("classes/top"))
        let predictions = largest(outputs, columns: 7)
        let correct = zip(labels, predictions).count { $0 == $1 }
        #expect(found[0] == Double(correct) / Double(labels.count))
    }

    @Test func tiesAreRankedByPosition() {
        let outputs = FloatBuffer(count: 4).filled(with: [1, 2, 2, 2])
        func isAmong(_ k: Int, _ label: Int) -> Bool {
            topAccuracy(k, outputs: outputs, columns: 4, labels: [label]) == 1
        }
        #expect((0..<4).map { isAmong(2, $0) } == [false, true, true, false])
    }

    // MARK: Several labels

    @Test func multiLabelMetricsEqualScikitLearns() throws {
        let predictions = try read("several-labels/outputs", as: Float.self).map { $0 >= 0.5 }
        let labels = try read("several-labels/targets", as: Int.self).map { $0 == 1 }
        let counts = PredictionCounts.ofOutputs(labels: labels, predictions: predictions, outputs: 4)
        try expect(counts, MacroAverages(ofOutputs: counts), recordedAs: "several-labels")
    }

    // MARK: Numbers

    @Test(arguments: [("numbers", 1), ("several-numbers", 3), ("constant", 1), ("one-constant", 2)])
    func regressionMetricsEqualScikitLearns(name: String, width: Int) throws {
        let (outputs, targets) = (try buffer("\(name)/outputs"), try buffer("\(name)/targets"))
        let metrics = RegressionMetrics(outputs: outputs, targets: targets, width: width)
        expect([metrics.meanAbsoluteError, metrics.rSquared], try read("\(name)/mae") + read("\(name)/r2"))
        expect(metrics.outputs.map(\.meanAbsoluteError), try read("\(name)/mae-each"))
        expect(metrics.outputs.map(\.rSquared), try read("\(name)/r2-each"))
    }
}

extension FloatBuffer {
    fileprivate func filled(with values: [Float]) -> FloatBuffer {
        _ = view.pointer.update(fromContentsOf: values)
        return self
    }
}
