import Foundation
import Messages
import Models
import Runs

/// A small plot of a run's learning rate, in block characters.
package func ratePlot(_ data: TrainingData) -> String {
    let (columns, rows, levels) = (60, 4, 8)
    let configuration = data.model.configuration
    let steps = max(1, min(configuration.epochs * data.stepsPerEpoch, configuration.maxSteps ?? .max))
    let count = min(columns, steps)
    let sampledSteps = (0..<count).map { $0 * (steps - 1) / max(1, count - 1) }
    let rates = sampledSteps.map(data.learningRate(ofStep:))
    let most = rates.max() ?? 0
    let heights = rates.map { Int(($0 / most * Double(rows * levels)).rounded()) }
    let blocks = Array(" ▁▂▃▄▅▆▇█")
    let lines = (0..<rows).map { row in
        let floor = (rows - 1 - row) * levels
        let bar = String(heights.map { blocks[max(0, min(levels, $0 - floor))] })
        return (row == 0 ? String(format: "%-9.3g", most) : "         ") + bar
    }
    return
        (["learning rate over \(counted(steps, "step")), from \(short(rates.first)) to \(short(rates.last))"] + lines)
        .joined(separator: "\n")
}

private func short(_ rate: Double?) -> String { String(format: "%.3g", rate ?? 0) }
