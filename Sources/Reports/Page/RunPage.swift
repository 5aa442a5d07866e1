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
        let evaluation: Evaluated?
        /// What was specified and chosen; nil if it cannot be read.
        let configuration: Configuration?
        /// What the page lacks, and why.
        let gaps: [String]

        /// - Parameter gaps: what could not be read, and why.
        package init(summary: RunSummary, checkpoint: Checkpoint?, evaluation: Evaluated?, gaps: [String]) {
            (self.summary, self.checkpoint, self.evaluation) = (summary, checkpoint, evaluation)
            var gaps = gaps
            do {
                configuration =
                    if let checkpoint { try summary.configuration(completedBy: checkpoint) } else {
                        summary.configuration
                    }
            } catch {
                configuration = summary.configuration
                gaps.append("settings that were chosen: \(error.wording(of: "a setting"))")
            }
            let log = summary.log
            if let problem = summary.problem { gaps.append("settings: \(problem)") }
            if log.epochs.isEmpty {
                gaps.append("curves: no epoch has ended yet")
            } else if log.norms.isEmpty {
                gaps.append("norms of parameters and gradients: its log has none, as those of earlier versions")
            }
            self.gaps = gaps
        }

        var epochs: [EpochMetrics] { summary.log.epochs.map(\.metrics) }

        /// The layers that have parameters, in their order, or by name without the network.
        var layers: [String] {
            var names = Set(summary.log.norms.flatMap(\.parameters.keys))
            guard let checkpoint else { return names.sorted() }
            // A convolution and its normalisation have the same name.
            return checkpoint.model.network.nodes.map(\.name).filter { names.remove($0) != nil }
        }
    }

    /// The samples that a run is judged on.
    package struct Evaluated {
        let evaluation: Evaluation
        /// Of a network of one or two features.
        let plane: FeaturePlane?
        /// What reading them has told.
        let notes: [String]

        package init(_ evaluation: Evaluation, plane: FeaturePlane?, notes: [String]) {
            (self.evaluation, self.plane, self.notes) = (evaluation, plane, notes)
        }
    }

    private let runs: [Run]

    /// - Parameter runs: one or more.
    package init(_ runs: [Run]) { self.runs = runs }

    package var html: String {
        let sections = [
            [Page.Section("Results", [results] + gaps)], [Page.Section("Curves", [Row(Curves(runs).charts)])],
            runs.count == 1 ? evaluation + layers + data : [], [Page.Section("Settings", [settings])],
            [
                Page.Section(
                    "Machine",
                    [machines] + (runs.count == 1 ? [PhaseTimes(runs[0].summary.log)?.chart] : []).compactMap(\.self))
            ],
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
        let figures: [(name: String, text: (EpochMetrics) -> String?)] = [
            ("train loss", { figure($0.trainLoss) }), ("train accuracy", { $0.trainAccuracy.map(percent) }),
            ("validation loss", { $0.validationLoss.map(figure) }),
            ("validation accuracy", { $0.validationAccuracy.map(percent) }),
            ("test loss", { $0.testLoss.map(figure) }), ("test accuracy", { $0.testAccuracy.map(percent) }),
        ].filter { figure in runs.contains { $0.summary.best.flatMap(figure.text) != nil } }
        let rows = runs.map { run in
            let best = run.summary.best
            return [
                run.summary.path, run.summary.state.rawValue, run.summary.epochsText,
                best.map { grouped($0.epoch) } ?? "", run.summary.seconds.map(clock) ?? "",
            ] + figures.map { best.flatMap($0.text) ?? "" }
        }
        return Table(
            title: "The best epoch",
            columns: [.text("run"), .text("state"), .number("epochs"), .number("best"), .number("time")]
                + figures.map { .number($0.name) },
            rows: rows,
            caption: "The best epoch has the lowest loss on validation, or else test, or else training data.")
    }

    /// Of one run all settings, of several those that differ.
    private var settings: Table {
        let configurations = runs.map(\.configuration)
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
        guard let evaluated = runs[0].evaluation else { return [] }
        let notes = evaluated.notes.map { Paragraph("Note: \($0)") }
        return [
            Page.Section(
                "Evaluation", notes + EvaluationBlocks(evaluated.evaluation).all + (evaluated.plane?.blocks ?? []))
        ]
    }

    private var data: [Page.Section] {
        runs[0].checkpoint.map { [Page.Section("Data", DataBlocks(runs[0], $0).all)] } ?? []
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
