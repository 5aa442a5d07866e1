import Datasets
import Kernels
import Networks
import RunSettings
import Splits
import Testing

@testable import Models

/// How each loss takes each kind of labels, and what is refused.
@Suite struct LabelLossTests {
    private static func classes(_ count: Int) -> LabelSchema {
        LabelSchema(kind: .classes, classNames: (0..<count).map(String.init), width: 1)
    }

    private static let oneHot = LabelSchema(kind: .oneHot, classNames: ["a", "b", "c"], width: 3)
    private static let answers = LabelSchema(kind: .binary, classNames: [], width: 3)

    private static func numbers(_ width: Int) -> LabelSchema {
        LabelSchema(kind: .numbers, classNames: [], width: width)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let losses: [Loss]
        let labels: LabelSchema
        let expected: Result<(LabelEncoding, Correctness), SettingsError>

        init(
            _ description: String, _ losses: [Loss], _ labels: LabelSchema, _ encoding: LabelEncoding,
            _ correctness: Correctness
        ) {
            (testDescription, self.losses, self.labels) = (description, losses, labels)
            expected = .success((encoding, correctness))
        }

        init(_ description: String, _ losses: [Loss], _ labels: LabelSchema, _ error: SettingsError) {
            (testDescription, self.losses, self.labels) = (description, losses, labels)
            expected = .failure(error)
        }
    }

    private static let measuring: [Loss] = [.meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber]
    private static let binary: [Loss] = [.binaryCrossEntropy, .hinge, .perceptron]

    private static let cases = [
        Case("classes", [.crossEntropy, .divergence], classes(3), .classIDs(classCount: 3), .largest),
        Case("one-hot rows", [.crossEntropy, .divergence], oneHot, .classIDs(classCount: 3), .largest),
        Case("rows of 0 and 1", [.crossEntropy, .divergence], answers, .distribution(width: 3), .largest),
        Case("rows of numbers", [.crossEntropy, .divergence], numbers(3), .distribution(width: 3), .largest),
        Case("a number", [.crossEntropy], numbers(1), .lossNeedsClasses(loss: "cross-entropy")),
        Case("a number", [.divergence], numbers(1), .lossNeedsClasses(loss: "kl-divergence")),

        Case("two classes", binary, classes(2), .binary(width: 1), .threshold),
        Case("one class", binary, classes(1), .binary(width: 1), .threshold),
        Case("several answers", binary, answers, .binary(width: 3), .threshold),
        Case("probabilities", binary, numbers(1), .binary(width: 1), .threshold),
        Case("three classes", [.hinge], classes(3), .classIDs(classCount: 3), .largest),
        Case("one-hot rows", [.hinge], oneHot, .classIDs(classCount: 3), .largest),
        Case(
            "three classes", [.binaryCrossEntropy], classes(3),
            .tooManyClasses(loss: "binary-cross-entropy", classCount: 3)),
        Case("three classes", [.perceptron], classes(3), .tooManyClasses(loss: "perceptron", classCount: 3)),
        Case("one-hot rows", [.binaryCrossEntropy, .perceptron], oneHot, .binary(width: 3), .threshold),

        Case("two classes", measuring, classes(2), .numbers(width: 1), .threshold),
        Case("three classes", measuring, classes(3), .oneHot(classCount: 3), .largest),
        Case("one-hot rows", measuring, oneHot, .oneHot(classCount: 3), .largest),
        Case("several answers", measuring, answers, .numbers(width: 3), .threshold),
        Case("numbers", measuring, numbers(2), .numbers(width: 2), .none),
    ]

    @Test(arguments: cases)
    func aLossTakesOrRefusesLabels(example: Case) throws {
        for loss in example.losses {
            switch example.expected {
            case .success(let (encoding, correctness)):
                let found = try example.labels.encoding(for: loss)
                #expect(found.0 == encoding && found.1 == correctness, "\(loss)")
            case .failure(let error):
                #expect(throws: error, "\(loss)") { try example.labels.encoding(for: loss) }
            }
        }
    }

    @Test func theDefaultLossFollowsTheKind() {
        #expect(Self.classes(2).defaultLoss == .crossEntropy && Self.oneHot.defaultLoss == .crossEntropy)
        #expect(Self.answers.defaultLoss == .binaryCrossEntropy)
        #expect(Self.numbers(1).defaultLoss == .meanSquaredError)
    }

    @Test func lossesOfMeasurementsAreKnown() {
        #expect(Loss.allCases.filter(\.takesMeasurements).map(\.rawValue).sorted() == ["huber", "mae", "mse", "sse"])
    }
}
