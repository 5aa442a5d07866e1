import Networks
import RunSettings
import Splits

extension LabelSchema {
    /// The loss for labels of this kind, unless the user chooses another one.
    package var defaultLoss: Loss {
        switch kind {
        case .classes, .oneHot: .crossEntropy
        case .binary: .binaryCrossEntropy
        case .numbers: .meanSquaredError
        }
    }

    /// How a loss takes labels of this kind, and when an output counts as correct. Losses of measurements take two classes as
    /// 0 and 1 of one output, and more classes as one-hot rows.
    /// - Throws: `SettingsError` if the loss does not fit the labels.
    package func encoding(for loss: Loss) throws(SettingsError) -> (LabelEncoding, Correctness) {
        switch loss {
        case .crossEntropy, .divergence:
            switch kind {
            case .classes, .oneHot: return (.classIDs(classCount: classNames.count), .largest)
            case .binary: return (.distribution(width: width), .largest)
            case .numbers:
                guard width > 1 else { throw .lossNeedsClasses(loss: loss.rawValue) }
                return (.distribution(width: width), .largest)
            }
        case .hinge where kind == .oneHot || kind == .classes && classNames.count > 2:
            return (.classIDs(classCount: classNames.count), .largest)
        case .binaryCrossEntropy, .hinge, .perceptron:
            guard kind != .classes || classNames.count <= 2 else {
                throw .tooManyClasses(loss: loss.rawValue, classCount: classNames.count)
            }
            return (.binary(width: width), .threshold)
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber:
            switch kind {
            case .classes where classNames.count <= 2: return (.numbers(width: 1), .threshold)
            case .classes, .oneHot: return (.oneHot(classCount: classNames.count), .largest)
            case .binary: return (.numbers(width: width), .threshold)
            case .numbers: return (.numbers(width: width), .none)
            }
        }
    }
}

extension Loss {
    /// Whether the targets are measurements, or may be.
    package var takesMeasurements: Bool {
        switch self {
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber: true
        case .crossEntropy, .binaryCrossEntropy, .divergence, .hinge, .perceptron: false
        }
    }
}
