import Foundation
import RunSettings
import Testing

/// The precedence of settings: defaults, a file, `--set`, flags.
@Suite struct ConfigurationTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// The configuration that `--dry-run` prints, line by line.
    private func dryRun(_ arguments: String...) throws -> [String: String] {
        let result = try work.run(["train", data("digits.h5"), "--dry-run"] + arguments)
        try #require(result.status == 0, "\(result.errors)")
        let pairs = result.output.split(separator: "\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            return (parts[0], parts[1])
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// All resulting values are printed.
    @Test func defaults() throws {
        #expect(
            try dryRun() == [
                "data": data("digits.h5"), "steps": "none", "channels": "none", "header": "auto", "delimiter": "auto",
                "decimal": "auto",
                "task": "classification", "axes": "auto", "standardize": "none", "standardizeTargets": "no",
                "missing": "refuse", "unseenCategories": "refuse", "validationShare": "0.0", "testShare": "0.0",
                "split": "stratified", "splitSeed": "0", "featureScale": "auto", "layers": "[512, 256]",
                "activation": "relu",
                "outputActivation": "softmax", "loss": "cross-entropy", "labelSmoothing": "0.0",
                "classWeights": "equal",
                "huberDelta": "1.0", "initializer": "auto", "dropout": "0.0", "augment": "none", "truncate": "none",
                "optimizer": "sgd",
                "precision": "fp32",
                "learningRate": "0.1", "schedule": "constant", "warmupSteps": "0", "scheduleSteps": "auto",
                "momentum": "0.9", "nesterov": "false", "beta1": "0.9", "beta2": "0.999", "rho": "0.99",
                "trust": "0.001", "epsilon": "auto", "weightDecay": "0.0001", "decoupledDecay": "false",
                "decayBiases": "false", "l1": "0.0", "maxNorm": "none", "clipNorm": "none", "clipValue": "none",
                "movingAverage": "none", "batchSize": "256", "accumulate": "1", "largeBatch": "false", "leaves": "1",
                "shards": "4",
                "seed": "0", "shuffle": "full", "onDivergence": "stop", "epochs": "10", "maxSteps": "none",
                "patience": "none", "workers": "auto", "checkpointEvery": "auto", "keep": "3",
            ])
    }

    /// The output of `--dry-run` is a configuration file for the same run, with any optimizer.
    @Test(arguments: ["sgd", "adam", "lars"])
    func theResultingConfigurationGivesTheSameRun(optimizer: String) throws {
        let settings = ["train", data("digits.h5"), "--layers", "8", "--epochs", "2", "--optimizer", optimizer]
        try work.write(work.run(settings + ["--dry-run"]).output, to: "run.yaml")
        try #require(try work.run(settings + ["--run", "one"]).status == 0)
        try work.succeed("train", "--config", "run.yaml", "--run", "two")
        #expect(try work.bytes("one/latest") == work.bytes("two/latest"))
    }

    @Test func nullIsTheSameAsNoValue() throws {
        try work.write("patience: null\nepochs: ~\nseed:\nkeep: 5\n", to: "run.yaml")
        let settings = try dryRun("--config", "run.yaml")
        #expect(settings["patience"] == "none" && settings["epochs"] == "10" && settings["seed"] == "0")
        #expect(settings["keep"] == "5")
    }

    @Test func laterSourcesWin() throws {
        try work.write("seed: 1\nmomentum: 0.1\nepochs: 11\nlayers: [4, 3]\n", to: "run.yaml")
        let settings = try dryRun(
            "--config", "run.yaml", "--set", "momentum=0.2", "--set", "epochs=12", "--set", "keep=5", "--epochs", "13")
        #expect(settings["batchSize"] == "256", "default")
        #expect(settings["seed"] == "1" && settings["layers"] == "[4, 3]", "file over default")
        #expect(settings["momentum"] == "0.2" && settings["keep"] == "5", "--set over file")
        #expect(settings["epochs"] == "13", "flag over --set")
    }

    @Test func orderOnTheCommandLineDoesNotMatter() throws {
        try work.write("epochs: 11\n", to: "run.yaml")
        #expect(try dryRun("--epochs", "13", "--set", "epochs=12", "--config", "run.yaml")["epochs"] == "13")
    }

    /// A value that is not the default, for every setting of `train`.
    private static let samples: [String: [String]] = [
        "layers": ["8"], "activation": ["tanh"], "output-activation": ["sigmoid", "--loss", "mse"], "loss": ["mse"],
        "label-smoothing": ["0.5"], "class-weights": ["1,1,1,1,1,1,1,1,1,2"], "huber-delta": ["2", "--loss", "huber"],
        "initializer": ["normal:0.5"], "dropout": ["0.75"], "augment": ["flip,crop:2"], "truncate": ["5"],
        "epochs": ["3"],
        "max-steps": ["9"], "patience": ["4"],
        "batch-size": ["32"], "accumulate": ["2"], "large-batch": [], "optimizer": ["lars"], "precision": ["bf16"],
        "learning-rate": ["0.5"], "schedule": ["cosine"], "warmup-steps": ["3"],
        "schedule-steps": ["50", "--schedule", "cosine"], "momentum": ["0.25"], "nesterov": [],
        "beta1": ["0.5", "--optimizer", "adam"], "beta2": ["0.5", "--optimizer", "adam"],
        "rho": ["0.5", "--optimizer", "rmsprop"], "trust": ["0.5", "--optimizer", "lars"],
        "epsilon": ["0.5", "--optimizer", "adam"], "weight-decay": ["0.125"], "decoupled-decay": [], "l1": ["0.001"],
        "max-norm": ["2"], "clip-norm": ["5"], "clip-value": ["0.5"], "moving-average": ["0.875"], "decay-biases": [],
        "seed": ["7"], "shuffle": ["none"], "on-divergence": ["rollback"], "workers": ["2"], "leaves": ["2"],
        "shards": ["2"],
        "checkpoint-every": ["2epochs"], "keep": ["1"], "initial-weights": ["weights.h5"],
        "only": ["dense1", "--initial-weights", "weights.h5"],
        "feature-scale": ["0.0625"], "features": ["test/features", "--labels", "test/labels"],
        "labels": ["test/labels", "--features", "test/features"],
        "validation-features": ["train/features", "--validation-labels", "train/labels"],
        "validation-labels": ["train/labels", "--validation-features", "train/features"],
        "test-features": ["train/features", "--test-labels", "train/labels"],
        "test-labels": ["train/labels", "--test-features", "train/features"], "task": ["regression"], "axes": ["HW"],
        "standardize": ["channel"], "standardize-targets": ["yes", "--task", "regression"], "missing": ["mean"],
        "unseen-categories": ["zeros"], "sample-weights": ["train/labels"], "validation-share": ["0.25"],
        "test-share": ["0.25"], "split": ["random", "--validation-share", "0.2"],
        "split-seed": ["5", "--validation-share", "0.2"],
    ]

    /// Settings of tables, which an HDF5 file refuses.
    private static let tableSettings = [
        "label", "ignore", "categorical", "steps", "channels", "header", "delimiter", "decimal",
    ]

    /// The examples cover all options in the help.
    @Test func everyFlagChangesItsSetting() throws {
        try work.succeed("train", data("digits.h5"), "--max-steps", "0", "--run", "run")
        try work.copy("run/latest", to: "weights.h5")
        let help = try work.succeed("train", "--help")
        let flags = help.matches(of: /^  (?:-\w, )?--([a-z0-9-]+)/.anchorsMatchLineEndings()).map { String($0.1) }
        let others =
            Self.tableSettings + [
                "run", "config", "set", "resume", "force", "dry-run", "quiet", "json", "tensorboard", "version", "help",
            ]
        let settings = flags.filter { !others.contains($0) }
        #expect(settings.sorted() == Self.samples.keys.sorted())
        for flag in settings {
            let sample = try #require(Self.samples[flag])
            // Settings that the example needs are also given before, unless they are invalid without it.
            let beside = flag.hasSuffix("features") || flag.hasSuffix("labels") ? [] : Array(sample.dropFirst())
            let words = flag.split(separator: "-")
            let key = words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
            func value(_ arguments: [String]) throws -> String? {
                // A share is refused beside the test split of digits.h5.
                let file = flag == "test-share" ? "xor.h5" : "digits.h5"
                let result = try work.run(["train", data(file), "--dry-run"] + arguments)
                try #require(result.status == 0, "\(flag): \(result.errors)")
                return result.output.split(separator: "\n").first { $0.hasPrefix("\(key): ") }.map(String.init)
            }
            #expect(try value(["--\(flag)"] + sample) != value(beside), "--\(flag)")
            #expect(try value(["--\(flag)"] + sample) != nil, "--\(flag)")
        }
    }

    @Test(arguments: tableSettings)
    func settingsOfTablesAreRefusedForHDF5Files(setting: String) throws {
        let values = ["header": "yes", "delimiter": "comma", "decimal": "comma", "steps": "3", "channels": "2"]
        try work.expectRefusal(
            ["train", data("xor.h5"), "--\(setting)", values[setting] ?? "a"], 64,
            "--\(setting) is for tables, and \(data("xor.h5")) is an HDF5 file")
    }

    @Test func configSaysWhereEachSettingCameFrom() throws {
        try work.write("epochs: 3\nbatchSize: 7\nlayers: [4, 5]\n", to: "run.yaml")
        let output = try work.succeed(
            "config", "--config", "run.yaml", "--set", "seed=2", "--batch-size", "9", "--nesterov")
        func line(_ key: String) -> String? {
            output.split(separator: "\n").first { $0.hasPrefix("\(key):") }.map { line in
                line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
            }
        }
        #expect(line("epochs") == "epochs: 3 # run.yaml")
        #expect(line("layers") == "layers: [4, 5] # run.yaml")
        #expect(line("batchSize") == "batchSize: 9 # --batch-size")
        #expect(line("nesterov") == "nesterov: true # --nesterov")
        #expect(line("seed") == "seed: 2 # --set")
        #expect(line("dropout") == "dropout: 0.0 # default")
        // The output is a settings file again.
        try work.write(output, to: "all.yaml")
        let again = try work.succeed("config", "--config", "all.yaml")
        func values(_ text: String) -> [Substring] { text.split(separator: "\n").map { $0.prefix { $0 != "#" } } }
        #expect(values(again) == values(output))
    }

    @Test func schemaHasEverySetting() throws {
        let schema = try JSONSerialization.jsonObject(with: Data(work.succeed("config", "--json-schema").utf8))
        let properties = try #require((schema as? [String: Any])?["properties"] as? [String: [String: Any]])
        #expect(properties.keys.sorted() == Setting.all.map(\.key).sorted())
        #expect(
            properties["optimizer"]?["enum"] as? [String] == [
                "sgd", "adagrad", "rmsprop", "adam", "adamw", "lars", "lamb",
            ])
        #expect(
            properties["batchSize"]?["type"] as? String == "integer"
                && properties["batchSize"]?["default"] as? Int == 256)
        #expect(properties["learningRate"]?["type"] as? [String] == ["number", "string"])
        #expect(properties["nesterov"]?["default"] as? Bool == false)
        #expect(properties.values.allSatisfy { ($0["description"] as? String)?.isEmpty == false })
    }

    @Test func dryRunCreatesNothing() throws {
        _ = try dryRun("--run", "run")
        #expect(try work.names() == [])
    }

    @Test func configurationOfARunGivesTheSameRun() throws {
        try work.succeed("train", data("digits.h5"), "--layers", "8", "--epochs", "2", "--seed", "3", "--run", "one")
        try work.succeed("train", data("digits.h5"), "--config", "one/config.yaml", "--run", "two")
        #expect(try work.bytes("one/latest") == work.bytes("two/latest"))
        #expect(try work.text("one/config.yaml") == work.text("two/config.yaml"))
    }

    @Test(arguments: [
        ("seed: 1\nseed: 2\n", "run.yaml:2:1: seed is there twice; leave one of the lines out"),
        (
            "layers: [3\n",
            "run.yaml:2:1: not YAML: did not find expected ',' or ']'\n"
                + "  close the list with ], and write items that have brackets in quotes"
        ),
        (
            "layers: [64, [32, 16]]\n",
            "run.yaml:1:14: layers must be a list of values\n"
                + "  write items that have brackets in quotes, as in \"residual [64, 64]\""
        ),
        (
            "layers:\n  - 8\n  - residual [64\n  - 64]\n",
            "run.yaml:3:5: layers: each entry of the list must be one whole item (got residual [64)"
        ),
        (
            "layers: ['64, 32', 8]\n",
            "run.yaml:1:10: layers: each entry of the list must be one whole item (got 64, 32)"
        ),
        ("- 3\n", "run.yaml:1:1: must have lines of the form key: value, such as batchSize: 256"),
        ("batchSize: {a: 3}\n", "run.yaml:1:12: batchSize must be one value, or a list of values"),
        ("batchSize: 0\n", "run.yaml:1:12: batchSize must be at least 1 (got 0)"),
        ("layer: 3\n", "run.yaml:1:1: there is no setting layer; did you mean layers?\n  " + validSettings),
        (
            "seed: 1\nBatchsize: 3\n",
            "run.yaml:2:1: there is no setting Batchsize; did you mean batchSize?\n  " + validSettings
        ),
        ("seed: 1\nepochs: many\n", "run.yaml:2:9: epochs must be a whole number (got many)"),
        ("colour: red\n", "run.yaml:1:1: there is no setting colour\n  " + validSettings),
    ])
    func badFilesAreRefused(text: String, message: String) throws {
        try work.write(text, to: "run.yaml")
        try work.expectRefusal(["train", data("digits.h5"), "--config", "run.yaml"], 64, message)
    }

    @Test func missingFile() throws {
        try work.expectRefusal(["train", data("digits.h5"), "--config", "no.yaml"], 66, "no.yaml: no such file")
    }

    @Test(arguments: [
        ("foo", "--set must be key=value (got foo)"),
        ("batchSize=0", "--set batchSize must be at least 1 (got 0)"),
        ("nesterov=maybe", "--set nesterov must be one of true, false (got maybe)"),
        ("batchsize=3", "--set: there is no setting batchsize; did you mean batchSize?\n  " + validSettings),
    ])
    func badAssignmentsAreRefused(assignment: String, message: String) throws {
        try work.expectRefusal(["train", data("digits.h5"), "--set", assignment], 64, message)
    }
}

private let validSettings =
    "valid settings: data, features, labels, validationFeatures, validationLabels, testFeatures, testLabels, "
    + "label, ignore, categorical, steps, channels, header, delimiter, decimal, task, axes, standardize, standardizeTargets, missing, unseenCategories, sampleWeights, "
    + "validationShare, testShare, split, splitSeed, featureScale, layers, activation, outputActivation, loss, labelSmoothing, classWeights, huberDelta, initializer, dropout, augment, truncate, "
    + "optimizer, precision, learningRate, schedule, warmupSteps, scheduleSteps, momentum, nesterov, beta1, beta2, rho, trust, epsilon, weightDecay, "
    + "decoupledDecay, decayBiases, l1, maxNorm, clipNorm, clipValue, movingAverage, batchSize, accumulate, largeBatch, leaves, shards, seed, shuffle, onDivergence, epochs, "
    + "maxSteps, patience, initialWeights, only, workers, checkpointEvery, keep"
