import Datasets
import DurableFiles
import Kernels
import Messages
import Minibatches
import Models
import Reports
import Runs

/// What is said of a run before its first step.
struct RunHead {
    let summary: TrainingRun.Summary
    private var model: Model { summary.model }

    /// Data, network, steps and directory.
    var lines: [String] {
        var lines = DataWords(summary.report, model.schema).lines
        lines += ["network  " + model.description, model.network.table]
        if let weights = summary.weights { lines.append(weights.wording) }
        lines.append(
            "steps    \(grouped(summary.totalSteps)), \(grouped(summary.stepsPerEpoch)) an epoch; minibatches of "
                + cut + statistics + ", " + workers)
        if let recipe = summary.largeBatch { lines.append(recipe.wording) }
        return lines + [
            "run      \(summary.directory)" + (summary.step > 0 ? ", from step \(grouped(summary.step))" : "")
        ]
    }

    var warnings: [String] { DataWords(summary.report, model.schema).warnings + summary.warnings }

    /// A warning of steps after the end of the schedule, since these may have no effect.
    var scheduleWarning: String? {
        guard let rate = summary.rateAfterSchedule, let end = model.configuration.scheduleSteps else { return nil }
        return "the learning rate's schedule ends with step \(grouped(end)); "
            + (rate == 0
                ? "its last rate is 0, so that no later step changes anything"
                : "later steps go on at its last rate, \(rate)")
            + "\n  a new run with --initial-weights \(summary.directory) has a schedule of its own"
    }

    /// The columns of the lines of epochs.
    var columns: [(title: String, width: Int)] {
        var columns = [("epoch", 9), ("train loss", 12)]
        let hasAccuracy = model.network.objective.countedPerTarget != nil
        if hasAccuracy { columns.append(("accuracy", 10)) }
        for (name, count) in [("validation", summary.validationCount), ("test", summary.testCount)] where count != nil {
            columns.append(("\(name) loss", name.count + 7))
            if hasAccuracy { columns.append(("accuracy", 10)) }
        }
        return columns + [("samples/s", 12), ("seconds", 9)]
    }

    private var plan: MinibatchPlan { model.configuration.plan(for: model.network) }

    /// "64 in 1 shard", "all 1,437 samples in 2 leaves of 8 shards", "20,000 in 5 microbatches of 16 shards"
    private var cut: String {
        let samples = summary.trainCount
        let rows = min(plan.batchSize, samples)
        let (microbatches, leaves) = (plan.groups(rows: rows).joined().count, plan.leaves(rows: rows))
        let pieces =
            (leaves > 1 ? " in \(leaves) leaves" : "")
            + (microbatches > leaves ? " in \(microbatches) microbatches" : "")
        return (plan.batchSize > samples ? "all \(counted(samples, "sample"))" : grouped(plan.batchSize))
            + (pieces.isEmpty ? " in " : pieces + " of ") + counted(plan.shardCount, "shard")
    }

    /// ", with statistics of 64 samples", of layers that compare samples.
    private var statistics: String {
        guard model.network.meetingCount > 0 else { return "" }
        let groups = plan.groups(rows: min(plan.batchSize, summary.trainCount)).map {
            $0.reduce(0) { $0 + $1.rows.count }
        }
        guard let least = groups.min(), let most = groups.max() else { return "" }
        return ", statistics of " + (least < most ? "\(grouped(least)) to " : "") + counted(most, "sample")
    }

    /// The number of workers, and of cores if there are fewer.
    private var workers: String {
        let count = summary.workerCount
        return counted(count, "worker")
            + (count > ProcessLimits.cores ? " on \(counted(ProcessLimits.cores, "core"))" : "")
    }
}
