import Testing

/// Where settings come from: defaults, then a file, then `--set`, then flags.
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

    @Test func defaults() throws {
        #expect(
            try dryRun() == [
                "data": data("digits.h5"), "layers": "[512, 256]", "activation": "relu", "outputActivation": "softmax",
                "loss": "cross-entropy", "initializer": "auto", "optimizer": "sgd", "precision": "fp32",
                "learningRate": "0.1",
                "momentum": "0.9", "nesterov": "false", "weightDecay": "0.0001", "decayBiases": "false",
                "batchSize": "256", "shards": "4", "seed": "0", "shuffle": "full", "onDivergence": "stop",
                "epochs": "10", "maxSteps": "none", "patience": "none",
                "workers": "auto", "checkpointEvery": "auto", "keep": "3",
            ])
    }

    @Test func laterPlacesWin() throws {
        try work.write("seed: 1\nmomentum: 0.1\nepochs: 11\nlayers: [4, 3]\n", to: "run.yaml")
        let settings = try dryRun(
            "--config", "run.yaml", "--set", "momentum=0.2", "--set", "epochs=12", "--set", "keep=5", "--epochs", "13")
        #expect(settings["batchSize"] == "256", "default")
        #expect(settings["seed"] == "1" && settings["layers"] == "[4, 3]", "file over default")
        #expect(settings["momentum"] == "0.2" && settings["keep"] == "5", "--set over file")
        #expect(settings["epochs"] == "13", "flag over --set")
    }

    @Test func placeOnTheCommandLineDoesNotMatter() throws {
        try work.write("epochs: 11\n", to: "run.yaml")
        #expect(try dryRun("--epochs", "13", "--set", "epochs=12", "--config", "run.yaml")["epochs"] == "13")
    }

    @Test func everyFlagReachesTheConfiguration() throws {
        let settings = try dryRun(
            "--layers", "8", "--activation", "tanh", "--output-activation", "sigmoid", "--loss", "mse",
            "--initializer", "normal:0.5", "--precision", "bf16", "--learning-rate", "0.5", "--momentum", "0.25",
            "--nesterov",
            "--weight-decay", "0.125", "--decay-biases", "--batch-size", "32", "--shards", "2", "--seed", "7",
            "--shuffle", "none", "--on-divergence", "rollback", "--epochs", "3", "--max-steps", "9", "--workers", "2",
            "--checkpoint-every", "2epochs",
            "--keep", "1", "--feature-scale", "0.0625", "--features", "test/features", "--labels", "test/labels",
            "--validation-features", "train/features", "--validation-labels", "train/labels", "--l1", "0.001",
            "--clip-norm", "5", "--clip-value", "0.5", "--decoupled-decay", "--dropout", "0.75", "--patience", "4",
            "--moving-average", "0.875")
        #expect(
            settings == [
                "l1": "0.001", "clipNorm": "5.0", "clipValue": "0.5", "decoupledDecay": "true",
                "data": data("digits.h5"), "layers": "[8]", "activation": "tanh", "outputActivation": "sigmoid",
                "loss": "mse", "initializer": "normal:0.5", "optimizer": "sgd", "precision": "bf16",
                "learningRate": "0.5",
                "momentum": "0.25", "nesterov": "true", "weightDecay": "0.125", "decayBiases": "true",
                "batchSize": "32", "shards": "2", "seed": "7", "shuffle": "none", "onDivergence": "rollback",
                "epochs": "3", "maxSteps": "9", "patience": "4", "dropout": "0.75", "movingAverage": "0.875",
                "workers": "2", "checkpointEvery": "2epochs", "keep": "1", "featureScale": "0.0625",
                "features": "test/features", "labels": "test/labels", "validationFeatures": "train/features",
                "validationLabels": "train/labels",
            ])
    }

    @Test func dryRunMakesNothing() throws {
        _ = try dryRun("--run", "run")
        #expect(try work.names() == [])
    }

    @Test func configurationOfARunMakesTheSameRun() throws {
        try work.succeed("train", data("digits.h5"), "--layers", "8", "--epochs", "2", "--seed", "3", "--run", "one")
        try work.succeed("train", data("digits.h5"), "--config", "one/config.yaml", "--run", "two")
        #expect(try work.bytes("one/latest") == work.bytes("two/latest"))
        #expect(try work.text("one/config.yaml") == work.text("two/config.yaml"))
    }

    @Test(arguments: [
        ("layers: [3\n", "run.yaml:2: not YAML: did not find expected ',' or ']'"),
        ("- 3\n", "run.yaml: must have lines of the form key: value, such as batchSize: 256"),
        ("batchSize: {a: 3}\n", "run.yaml: batchSize must be one value, or a list of values"),
        ("batchSize: 0\n", "run.yaml: batchSize must be at least 1 (got 0)"),
        ("layer: 3\n", "run.yaml: there is no setting layer; did you mean layers?\n  " + validSettings),
        ("colour: red\n", "run.yaml: there is no setting colour\n  " + validSettings),
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
    + "featureScale, layers, activation, outputActivation, loss, labelSmoothing, classWeights, huberDelta, initializer, dropout, "
    + "optimizer, precision, learningRate, schedule, warmupSteps, scheduleSteps, momentum, nesterov, beta1, beta2, rho, trust, epsilon, weightDecay, "
    + "decoupledDecay, decayBiases, l1, maxNorm, clipNorm, clipValue, movingAverage, batchSize, accumulate, largeBatch, shards, seed, shuffle, onDivergence, epochs, "
    + "maxSteps, patience, initialWeights, workers, checkpointEvery, keep"
