import Datasets
import Kernels
import Networks

// MARK: Outputs and targets as classes, as binary labels, and as regression values

extension Model {
    /// The number of classes; a single output distinguishes two.
    package var classCount: Int {
        network.objective.correctness == .threshold ? 2 : encoding.outputs
    }

    private var classNames: [String] { schema.labels.classNames }

    /// The name of a class, or its id if it has none. Beside a single class, the network has an output for all else.
    package func className(_ id: Int) -> String {
        id < classNames.count ? classNames[id] : classNames.count == 1 ? "none of \(classNames[0])" : "\(id)"
    }

    /// The name of an output: its class, the label column of its measurements, or output1, output2, … The one output of a network
    /// for two classes is the probability of the second.
    package func outputName(_ index: Int) -> String {
        let objective = network.objective
        if objective.correctness == .largest || classNames.count == encoding.outputs { return className(index) }
        if encoding.outputs == 1, objective.loss.takesProbabilities, classNames.count == 2 { return className(1) }
        if encoding.outputs == 1, objective.correctness == .none, let label = schema.columns?.label { return label }
        return "output\(index + 1)"
    }

    /// The predicted class of each row of `outputs` [rows, outputs]; nil for multi-label networks and regression.
    package func predictedClasses(_ outputs: FloatBuffer) -> [Int]? {
        classes(
            of: outputs.view, rows: outputs.count / encoding.outputs, threshold: network.objective.outputThreshold)
    }

    /// The class of each target; nil for multi-label networks and regression.
    package func labelClasses(_ samples: Samples) -> [Int]? {
        switch samples.targets {
        case .classes(let ids): ids.array.map(Int.init)
        case .values(let values, _): classes(of: values.view, rows: samples.targets.rows, threshold: 0.5)
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

    /// The predicted binary labels [rows, outputs] of a multi-label network; nil for other networks.
    package func predictedBinaryLabels(_ outputs: FloatBuffer) -> [Bool]? {
        binaryLabels(of: outputs, threshold: network.objective.outputThreshold)
    }

    /// The binary labels [rows, outputs] of the samples; nil unless the network is a multi-label one.
    package func binaryLabels(_ samples: Samples) -> [Bool]? {
        guard case .values(let values, _) = samples.targets else { return nil }
        return binaryLabels(of: values, threshold: 0.5)
    }

    private func binaryLabels(of values: FloatBuffer, threshold: Float) -> [Bool]? {
        guard network.objective.correctness == .threshold, encoding.outputs > 1 else { return nil }
        return values.array.map { $0 >= threshold }
    }

    /// The results that a user sees: measurements in their original unit, other outputs as they are.
    /// - Parameter outputs: [rows, outputs] of the network.
    package func results(_ outputs: FloatBuffer) -> FloatBuffer {
        let labels = schema.labels
        guard !labels.means.isEmpty else { return outputs }
        let results = FloatBuffer(count: outputs.count)
        for index in 0..<outputs.count {
            let column = index % labels.width
            results.view[index] = Float(Double(outputs.view[index]) * labels.deviations[column] + labels.means[column])
        }
        return results
    }

    /// Regression metrics of `outputs` [rows, outputs] in the original unit; nil for classification.
    package func regressionMetrics(_ outputs: FloatBuffer, _ samples: Samples) -> RegressionMetrics? {
        guard case .numbers(let width) = encoding, case .values(let targets, _) = samples.targets else { return nil }
        return RegressionMetrics(
            outputs: outputs, targets: targets, width: width, deviations: schema.labels.deviations)
    }
}
