import Datasets
import Kernels
import Networks

/// What outputs and targets say in terms of classes, of yes and no, and of numbers.
extension Model {
    /// Classes a sample can be of; a single output tells two apart.
    package var classCount: Int {
        network.objective.correctness == .threshold ? 2 : encoding.outputs
    }

    package func className(_ id: Int) -> String {
        if let classNames, id < classNames.count { return classNames[id] }
        return "\(id)"
    }

    /// The class that an output stands for; output1, output2, … where it stands for none.
    package func outputName(_ index: Int) -> String {
        let standsForClass = network.objective.correctness == .largest || classNames?.count == encoding.outputs
        return standsForClass ? className(index) : "output\(index + 1)"
    }

    /// The class of each row of `outputs` [rows, outputs]; nil where samples do not have one class each.
    package func predictedClasses(_ outputs: FloatBuffer) -> [Int]? {
        classes(
            of: outputs.view, rows: outputs.count / encoding.outputs, threshold: network.objective.outputThreshold)
    }

    /// The class that each sample's label says.
    package func labelClasses(_ samples: Samples) -> [Int]? {
        switch samples.targets {
        case .classes(let ids): ids.view.array.map(Int.init)
        case .values(let values, _): classes(of: values.view, rows: samples.count, threshold: 0.5)
        }
    }

    private func classes(of values: FloatView, rows: Int, threshold: Float) -> [Int]? {
        let width = encoding.outputs
        switch network.objective.correctness {
        case .none:
            return nil
        case .threshold:
            return width == 1 ? (0..<rows).map { values[$0] >= threshold ? 1 : 0 } : nil
        case .largest:
            return (0..<rows).map { values.slice($0 * width, width).indexOfLargest }
        }
    }

    /// Whether `outputs` [rows, outputs] say yes, each of several; nil where outputs are no such answers.
    package func predictedAnswers(_ outputs: FloatBuffer) -> [Bool]? {
        answers(of: outputs, threshold: network.objective.outputThreshold)
    }

    /// Whether the labels say yes, [rows, outputs]; nil where they are no such answers.
    package func labelAnswers(_ samples: Samples) -> [Bool]? {
        guard case .values(let values, _) = samples.targets else { return nil }
        return answers(of: values, threshold: 0.5)
    }

    private func answers(of values: FloatBuffer, threshold: Float) -> [Bool]? {
        guard network.objective.correctness == .threshold, encoding.outputs > 1 else { return nil }
        return values.view.array.map { $0 >= threshold }
    }

    /// How far `outputs` [rows, outputs] are from the labels; nil where these are no numbers to be fitted.
    package func regressionMetrics(_ outputs: FloatBuffer, _ samples: Samples) -> RegressionMetrics? {
        guard case .numbers(let width) = encoding, case .values(let targets, _) = samples.targets else { return nil }
        return RegressionMetrics(outputs: outputs, targets: targets, width: width)
    }
}
