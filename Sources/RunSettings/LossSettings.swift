import Datasets
import Networks
import Splits

extension Configuration {
    /// The options of the loss.
    /// - Parameter classCount: nil if the targets are not classes.
    /// - Throws: `SettingsError` for a setting that does not apply to the loss.
    package func lossOptions(for loss: Loss, classCount: Int?) throws(SettingsError) -> LossOptions {
        func require(_ fits: (Loss) -> Bool, _ setting: String) throws(SettingsError) {
            guard !fits(loss) else { return }
            throw .settingDoesNotFit(
                setting: setting, of: "loss", value: loss.rawValue, fitting: Loss.allCases.filter(fits).map(\.rawValue))
        }
        var options = LossOptions()
        if labelSmoothing > 0 {
            try require(\.takesProbabilities, "labelSmoothing")
            options.labelSmoothing = Float(labelSmoothing)
        }
        if classWeights != .equal { try require(\.takesProbabilities, "classWeights") }
        if case .each(let weights) = classWeights {
            guard weights.count == classCount else {
                throw .wrongNumberOfClassWeights(expected: classCount ?? 0, found: weights.count)
            }
            options.classWeights = weights.map { Float($0) }
        }
        if huberDelta != 1 {
            try require({ $0 == .huber }, "huberDelta")
            options.huberDelta = Float(huberDelta)
        }
        return options
    }
}

extension Configuration.ClassWeights {
    /// Balanced class weights: N / (classes with samples · samples of the class), or 1 for a class without samples.
    /// - Parameter targets: encoded by `encoding`.
    package static func balanced(for targets: Targets, _ encoding: LabelEncoding) -> Self {
        let counts = encoding.classCounts(of: targets)
        let samples = counts.reduce(0, +)
        let present = Double(counts.count { $0 > 0 })
        return .each(counts.map { $0 > 0 ? samples / (present * $0) : 1 })
    }
}

extension LabelEncoding {
    /// The number of samples of each class, or the sum of its probabilities.
    fileprivate func classCounts(of targets: Targets) -> [Double] {
        var counts = [Double](repeating: 0, count: classCount ?? 0)
        switch targets.view(of: 0..<targets.rows) {
        case .classes(let ids):
            for id in ids.pointer { counts[Int(id)] += 1 }
        case .values(let values) where self == .binary(width: outputs):
            let ones = values.pointer.reduce(0) { $0 + Double($1) }
            counts = [Double(values.count) - ones, ones]
        case .values(let values):
            for (index, value) in values.pointer.enumerated() { counts[index % counts.count] += Double(value) }
        }
        return counts
    }

    /// The number of class weights; nil if the targets are not classes.
    package var classCount: Int? {
        switch self {
        case .classIDs, .oneHot, .distribution: outputs
        case .binary: 2
        case .numbers: nil
        }
    }
}
