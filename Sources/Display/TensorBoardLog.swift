import DurableFiles
import Formats
import Foundation
import Messages
import Runs

/// Writes the metrics of each epoch to an event file, which TensorBoard shows while the run goes on.
package final class TensorBoardLog {
    private let directory: String
    private var file: EventFile?

    /// - Throws: `FileError` if no file can be created in the directory, which is made if it is missing.
    package init(directory: String) throws {
        try createDirectories(directory)
        try requireCreatable("\(directory)/events")
        self.directory = directory
    }

    package func record(_ event: RunEvent) {
        do {
            switch event {
            case .started: file = try newFile()
            case .epoch(let metrics, _, let samplesPerSecond):
                try file?.append(
                    values(of: metrics, samplesPerSecond), step: metrics.step, wallTime: Date().timeIntervalSince1970)
            default: break
            }
        } catch {
            // Training is worth more than its curves.
            file = nil
            printError("warning: \(ErrorMessage(error)?.text ?? "\(error)")\n  TensorBoard gets no more of this run")
        }
    }

    /// Each start has a file of its own: the last record of a former one may be incomplete, and hide what follows.
    private func newFile() throws -> EventFile {
        let now = Date().timeIntervalSince1970
        let name = "events.out.tfevents.\(Int(now)).\(ProcessInfo.processInfo.hostName).\(getpid())"
        return try EventFile(creating: "\(directory)/\(name)", wallTime: now)
    }

    private func values(of metrics: EpochMetrics, _ samplesPerSecond: Double) -> [SummaryValue] {
        let figures: [(tag: String, value: Double?)] = [
            ("loss/train", metrics.trainLoss), ("loss/validation", metrics.validationLoss),
            ("loss/test", metrics.testLoss), ("accuracy/train", metrics.trainAccuracy),
            ("accuracy/validation", metrics.validationAccuracy), ("accuracy/test", metrics.testAccuracy),
            ("learning rate", metrics.learningRate), ("samples per second", samplesPerSecond),
        ]
        return figures.compactMap { figure in figure.value.map { .scalar(tag: figure.tag, Float($0)) } }
    }
}
