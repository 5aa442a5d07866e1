import Datasets
import DurableFiles
import Foundation
import Kernels
import Messages
import Minibatches
import Models
import Reports
import Runs
import Stepping

/// Shows a run's progress on standard error: a progress bar on a terminal, some lines elsewhere.
final class RunDisplay {
    enum Mode {
        case bar, lines, quiet
    }

    private let mode: Mode
    private var summary: TrainingRun.Summary?
    private var hasBar = false
    private var lastDrawn = ContinuousClock.now - .seconds(1)
    private var speedometer = Speedometer()
    private var columns: [(title: String, width: Int)] = []
    /// Prints the last epoch, if it has not been printed yet.
    private var printLast: (() -> Void)?

    init(mode: Mode) {
        self.mode = mode
    }

    func show(_ event: RunEvent) {
        switch event {
        case .skippedDamaged(let path):
            // Printed even with --quiet.
            printError("warning: \(path): damaged, so the checkpoint before it is used")
        case .arithmeticChanged(let was, let now):
            printError(
                "warning: the run began on \(was), and goes on with \(now)\n"
                    + "  its bits may be others than on one kind of machine")
        case .started(let summary):
            self.summary = summary
            speedometer = Speedometer(step: summary.step)
            warnOfSchedule(summary)
            if mode != .quiet { printStart(summary) }
        case .step(let progress, let loss):
            if mode == .bar { draw(progress, loss) }
        case .epoch(let metrics, let seconds, let samplesPerSecond):
            if mode == .quiet { break }
            let printIt = { [unowned self] in printEpoch(metrics, seconds, samplesPerSecond) }
            printLast = isShown(metrics) ? nil : printIt
            if printLast == nil { printIt() }
        case .saved(let step):
            clearBar()
            printError("saved at step \(grouped(step))")
        case .rolledBack(let step, let learningRate, let reason):
            clearBar()
            let what = reason.wording.split(separator: ",").first ?? ""
            printError("\(what); back to step \(grouped(step)) with a learning rate of \(learningRate)")
        }
    }

    /// Prints the last epoch, after the run has ended.
    func finish() {
        clearBar()
        printLast?()
        printLast = nil
    }

    /// Erases the progress bar before other output.
    func clearBar() {
        guard hasBar else { return }
        writeError("\r\u{1B}[K")
        hasBar = false
    }

    // MARK: Lines

    /// "64 in 1 shard", "all 1,437 samples in 2 leaves of 8 shards", "20,000 in 5 microbatches of 16 shards"
    private func cut(_ plan: MinibatchPlan, samples: Int) -> String {
        let rows = min(plan.batchSize, samples)
        let (microbatches, leaves) = (plan.groups(rows: rows).joined().count, plan.leaves(rows: rows))
        let pieces =
            (leaves > 1 ? " in \(leaves) leaves" : "")
            + (microbatches > leaves ? " in \(microbatches) microbatches" : "")
        return (plan.batchSize > samples ? "all \(counted(samples, "sample"))" : grouped(plan.batchSize))
            + (pieces.isEmpty ? " in " : pieces + " of ") + counted(plan.shardCount, "shard")
    }

    /// ", with statistics of 64 samples", of layers that compare samples.
    private func statistics(_ plan: MinibatchPlan, _ model: Model, samples: Int) -> String {
        guard model.network.meetingCount > 0 else { return "" }
        let groups = plan.groups(rows: min(plan.batchSize, samples)).map { $0.reduce(0) { $0 + $1.rows.count } }
        guard let least = groups.min(), let most = groups.max() else { return "" }
        return ", statistics of " + (least < most ? "\(grouped(least)) to " : "") + counted(most, "sample")
    }

    /// The number of workers, and of cores if there are fewer.
    private func workers(_ count: Int) -> String {
        counted(count, "worker") + (count > ProcessLimits.cores ? " on \(counted(ProcessLimits.cores, "core"))" : "")
    }

    /// Warns of steps after the end of the schedule, even with --quiet, since these may have no effect.
    private func warnOfSchedule(_ summary: TrainingRun.Summary) {
        guard let rate = summary.rateAfterSchedule, let end = summary.model.configuration.scheduleSteps else { return }
        printError(
            "warning: the learning rate's schedule ends with step \(grouped(end)); "
                + (rate == 0
                    ? "its last rate is 0, so that no later step changes anything"
                    : "later steps go on at its last rate, \(rate)")
                + "\n  a new run with --initial-weights \(summary.directory) has a schedule of its own")
    }

    private func printStart(_ summary: TrainingRun.Summary) {
        let model = summary.model
        let configuration = model.configuration
        for line in DataWords(summary.report, model.schema).lines { printError(line) }
        printError("network  " + model.description)
        printError(model.network.table)
        if let weights = summary.weights { printError(weights.wording) }
        let plan = configuration.plan(for: model.network)
        printError(
            "steps    \(grouped(summary.totalSteps)), \(grouped(summary.stepsPerEpoch)) an epoch; minibatches of "
                + cut(plan, samples: summary.trainCount) + statistics(plan, model, samples: summary.trainCount)
                + ", \(workers(summary.workerCount))")
        if let recipe = summary.largeBatch { printError(recipe.wording) }
        printError("run      \(summary.directory)" + (summary.step > 0 ? ", from step \(grouped(summary.step))" : ""))

        columns = [("epoch", 9), ("train loss", 12)]
        let hasAccuracy = model.network.objective.countedPerTarget != nil
        if hasAccuracy { columns.append(("accuracy", 10)) }
        for (name, count) in [("validation", summary.validationCount), ("test", summary.testCount)] where count != nil {
            columns.append(("\(name) loss", name.count + 7))
            if hasAccuracy { columns.append(("accuracy", 10)) }
        }
        columns.append(("samples/s", 12))
        columns.append(("seconds", 9))
        for warning in DataWords(summary.report, model.schema).warnings { printError("warning: " + warning) }
        for warning in summary.warnings { printError("warning: " + warning) }
        if summary.totalSteps > 0 {
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
        clearBar()
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
    }

    // MARK: The bar

    private func draw(_ progress: TrainingProgress, _ loss: Double) {
        let now = ContinuousClock.now
        guard let summary, now - lastDrawn > .milliseconds(100) else { return }
        lastDrawn = now
        let share = Double(progress.step) / Double(max(summary.totalSteps, 1))
        let width = 24
        let filled = Int(share * Double(width))
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        let remaining = speedometer.secondsLeft(to: summary.totalSteps, at: progress.step)
        let text =
            "[\(bar)] \(String(format: "%3.0f%%", 100 * share))  step \(grouped(progress.step))  loss \(figure(loss))"
            + "  \(clock(remaining)) left"
        writeError("\r" + text.prefix(min(78, Self.terminalWidth - 1)) + "\u{1B}[K")
        hasBar = true
    }

    /// Columns of the terminal: a longer progress bar would wrap and could not be erased.
    private static var terminalWidth: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
    }
}

/// Estimates the remaining time from the steps since the run began or was resumed.
private struct Speedometer {
    private let start = ContinuousClock.now
    private let firstStep: Int

    init(step: Int = 0) {
        firstStep = step
    }

    func secondsLeft(to end: Int, at step: Int) -> Double {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        return step > firstStep ? elapsed / Double(step - firstStep) * Double(end - step) : .infinity
    }
}
