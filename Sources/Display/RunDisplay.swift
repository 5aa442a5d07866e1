import Foundation
import Messages
import Reports
import Runs
import Stepping

/// Shows a run's progress on standard error: a bar on a terminal, some lines elsewhere.
package final class RunDisplay {
    private let isQuiet: Bool
    private var summary: TrainingRun.Summary?
    private var pace: Pace?
    private var columns: [(title: String, width: Int)] = []
    /// Prints the last epoch, if it has not been printed yet.
    private var printLast: (() -> Void)?
    private var lastShown = ContinuousClock.now
    /// The reading of data or the evaluation that goes on.
    private var activity: Activity?

    private static let betweenBars = Duration.milliseconds(100)
    /// Of epochs that take longer, a line tells in between.
    private static let betweenLines = Duration.seconds(60)

    package init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    package func show(_ event: RunEvent) {
        switch event {
        case .reading(let path, let share):
            advance("reading \(path)", share)
        case .skippedDamaged(let path):
            // Printed even with --quiet.
            printError("warning: \(path): damaged, so the checkpoint before it is used")
        case .arithmeticChanged(let was, let now):
            printError(
                "warning: the run began on \(was), and goes on with \(now)\n"
                    + "  its bits may be others than on one kind of machine")
        case .started(let summary):
            activity = nil
            self.summary = summary
            pace = Pace(summary, fromStep: summary.step)
            printStart(RunHead(summary: summary))
        case .step(let progress, let loss):
            activity = nil
            pace?.advance(to: progress, loss: loss)
            if !isQuiet { showPace() }
        case .evaluating(let share):
            advance("evaluating", share)
        case .epoch(let metrics, let seconds, let samplesPerSecond):
            activity = nil
            pace?.beginEpoch()
            if isQuiet { break }
            let printIt = { [unowned self] in printEpoch(metrics, seconds, samplesPerSecond) }
            printLast = isShown(metrics) ? nil : printIt
            if printLast == nil { printIt() }
        case .saved(let step):
            printError("saved at step \(grouped(step))")
        case .rolledBack(let step, let learningRate, let reason):
            if let summary { pace = Pace(summary, fromStep: step) }
            let what = reason.wording.split(separator: ",").first ?? ""
            printError("\(what); back to step \(grouped(step)) with a learning rate of \(learningRate)")
        }
    }

    /// Prints the last epoch, after the run has ended.
    package func finish() {
        eraseStatusLine()
        printLast?()
        printLast = nil
    }

    // MARK: What goes on

    private func advance(_ title: String, _ share: Double?) {
        let activity = activity ?? Activity(title, isQuiet: isQuiet)
        self.activity = activity
        activity.advance(share)
    }

    private func showPace() {
        let isBar = isStatusLineShown
        guard let bar = pace?.bar, ContinuousClock.now - lastShown > (isBar ? Self.betweenBars : Self.betweenLines)
        else { return }
        lastShown = .now
        if isBar { drawStatusLine(bar.text) } else { printError(bar.sentence) }
    }

    // MARK: Lines

    private func printStart(_ head: RunHead) {
        if let warning = head.scheduleWarning { printError("warning: " + warning) }
        guard !isQuiet else { return }
        head.lines.forEach(printError)
        columns = head.columns
        if isStatusLineShown {
            // A terminal that is too narrow would wrap each line.
            while columns.count > 2, columns.reduce(0, { $0 + $1.width }) > terminalColumns { columns.removeLast() }
        }
        for warning in head.warnings { printError("warning: " + warning) }
        if head.summary.totalSteps > 0 {
            printError(columns.map { pad($0.title, $0.width, right: true) }.joined())
        }
    }

    /// Whether an epoch gets a line: some twenty epochs of a run do.
    private func isShown(_ metrics: EpochMetrics) -> Bool {
        guard let summary else { return true }
        let epochs = summary.totalSteps / summary.stepsPerEpoch
        return metrics.epoch % max(1, epochs / 20) == 0 || metrics.epoch == epochs
    }

    private func printEpoch(_ metrics: EpochMetrics, _ seconds: Double, _ samplesPerSecond: Double) {
        let epochs = summary.map { $0.totalSteps / $0.stepsPerEpoch } ?? metrics.epoch
        var cells = ["\(metrics.epoch)/\(epochs)", figure(metrics.trainLoss)]
        let splits = [
            (nil, metrics.trainAccuracy), (metrics.validationLoss, metrics.validationAccuracy),
            (metrics.testLoss, metrics.testAccuracy),
        ]
        for (loss, accuracy) in splits {
            if let loss { cells.append(figure(loss)) }
            if let accuracy { cells.append(percent(accuracy)) }
        }
        cells += [grouped(Int(samplesPerSecond)), String(format: "%.2f", seconds)]
        printError(zip(cells, columns).map { pad($0, $1.width, right: true) }.joined())
        lastShown = .now
    }
}
