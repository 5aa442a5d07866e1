import Messages
import Networks
import Pages
import RunSettings
import Runs

/// The page of one run, or of several over each other.
package struct RunPage {
    /// What is known of a run.
    package struct Run {
        let summary: RunSummary
        /// With the run's network; nil if it cannot be read.
        let checkpoint: Checkpoint?
        /// On samples that the run has held out, or else on those of training; nil if they cannot be read.
        let evaluation: Evaluation?
        /// What the page lacks, and why.
        let gaps: [String]

        package init(summary: RunSummary, checkpoint: Checkpoint?, evaluation: Evaluation?, gaps: [String]) {
            (self.summary, self.checkpoint, self.evaluation, self.gaps) = (summary, checkpoint, evaluation, gaps)
        }

        var epochs: [EpochMetrics] { summary.log.epochs.map(\.metrics) }
    }

    private let runs: [Run]

    /// - Parameter runs: one or more.
    package init(_ runs: [Run]) { self.runs = runs }

    package var html: String {
        let sections = [
            [Page.Section("Results", [results] + gaps)], [Page.Section("Curves", [Row(Curves(runs).charts)])],
            runs.count == 1 ? evaluation + layers : [], [Page.Section("Settings", [settings])],
            [Page.Section("Machine", [machines])],
        ]
        return Page(title: title, summary: summary, sections: sections.flatMap(\.self)).html
    }

    private var title: String {
        runs.count == 1 ? runs[0].summary.path : counted(runs.count, "run")
    }

    private var summary: String {
        guard runs.count == 1 else { return runs.map(\.summary.path).joined(separator: ", ") }
        let run = runs[0].summary
        let network = runs[0].checkpoint.map { " Network: \($0.model.description)." } ?? ""
        let data = run.configuration.map { " Data: \($0.data)." } ?? ""
        return "A run that is \(run.state.rawValue), after \(run.epochsText) epochs.\(network)\(data)"
    }

    private var gaps: [any Block] {
        runs.flatMap { run in run.gaps.map { Paragraph("\(run.summary.path) has no \($0)") } }
    }

    // MARK: Tables

    private var results: Table {
        let splits = [
            ("train", \EpochMetrics.trainLoss.optional, \EpochMetrics.trainAccuracy),
            ("validation", \EpochMetrics.validationLoss, \EpochMetrics.validationAccuracy),
            ("test", \EpochMetrics.testLoss, \EpochMetrics.testAccuracy),
        ].filter { split in runs.contains { $0.epochs.contains { $0[keyPath: split.1] != nil } } }
        let rows = runs.map { run in
            let best = run.summary.best
            return [
                run.summary.path, run.summary.state.rawValue, run.summary.epochsText,
                best.map { grouped($0.epoch) } ?? "", run.summary.seconds.map(clock) ?? "",
            ]
                + splits.flatMap { split in
                    [
                        best?[keyPath: split.1].map(figure) ?? "", best?[keyPath: split.2].map(percent) ?? "",
                    ]
                }
        }
        return Table(
            title: "The best epoch",
            columns: [.text("run"), .text("state"), .number("epochs"), .number("best"), .number("time")]
                + splits.flatMap { [.number("\($0.0) loss"), .number("accuracy")] },
            rows: rows,
            caption: "The best epoch has the lowest loss on validation, or else test, or else training data.")
    }

    /// Of one run all settings, of several those that differ.
    private var settings: Table {
        let configurations = runs.map { run in
            run.summary.configuration.map { specified in
                run.checkpoint.flatMap { try? specified.completed(by: $0.model.configuration) } ?? specified
            }
        }
        guard runs.count == 1 else {
            return Table(
                title: "Settings that differ", columns: [.text("setting")] + runs.map { .text($0.summary.path) },
                rows: SettingDifferences(configurations).entries.map { [$0.key] + $0.texts.map { $0 ?? "" } })
        }
        let rows = Setting.all.compactMap { setting in
            configurations[0].flatMap(setting.text).map { [setting.key, $0] }
        }
        return Table(
            title: "All settings", columns: [.text("setting"), .text("value")], rows: rows,
            caption: "Those that were left open as they were chosen.")
    }

    private var machines: Table {
        Table(
            title: "What the runs began on",
            columns: [.text("run"), .text("Lockstep"), .text("arithmetic"), .text("machine"), .text("numbers")],
            rows: runs.map { run in
                let log = run.summary.log
                return [
                    run.summary.path, log.lockstep ?? "", log.arithmetic ?? "", log.machine ?? "",
                    run.checkpoint?.valuesDigest ?? "",
                ]
            }, caption: "Numbers: the digest of the parameters and the optimizer's state.")
    }

    // MARK: Network

    private var evaluation: [Page.Section] {
        runs[0].evaluation.map { [Page.Section("Evaluation", EvaluationBlocks($0).all)] } ?? []
    }

    private var layers: [Page.Section] {
        guard let checkpoint = runs[0].checkpoint else { return [] }
        let layout = checkpoint.model.network.layout
        let values = checkpoint.networkParameters.view
        let panels = layout.tensors.map { tensor in
            Histograms.Panel("\(tensor.layer)/\(tensor.name)", values: values.slice(tensor).array)
        }
        let table = Table(
            title: "The network, layer by layer",
            columns: Network.tableHeader.enumerated().map { $0 < 3 ? .text($1) : .number($1) },
            rows: checkpoint.model.network.tableRows)
        let filters = Filters(of: checkpoint).map { [$0.grid] } ?? []
        return [
            Page.Section(
                "Layers", [table, Histograms(title: "The parameters of each layer", panels: panels)] + filters)
        ]
    }
}

extension Double {
    /// Itself, where a value that may be missing is wanted.
    fileprivate var optional: Double? { self }
}
