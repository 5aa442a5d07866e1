import Testing

/// Invalid values of options: the error names the option and its valid values, and nothing is written.
@Suite struct BadOptionTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test(arguments: [
        ("--activation", "swish", "one of " + activations),
        ("--output-activation", "x", "one of auto, " + activations),
        ("--loss", "loss", "one of auto, " + losses),
        (
            "--initializer", "ones",
            "one of auto, " + initializers
        ),
        (
            "--initializer", "normal", "normal:DEVIATION, with DEVIATION above 0"
        ),
        ("--initializer", "normal:0", "normal:DEVIATION, with DEVIATION above 0"),
        ("--initializer", "orthogonal:1", "orthogonal, without a number"),
        (
            "--initializer", "random",
            "one of auto, " + initializers
        ),
        ("--augment", "blur", "one of none, flip, crop:PIXELS, shift:PIXELS, cutout:PIXELS"),
        ("--augment", "crop", "crop:PIXELS, with PIXELS from 1 to 1000"),
        ("--augment", "cutout:0", "cutout:PIXELS, with PIXELS from 1 to 1000"),
        ("--augment", "flip:1", "flip, without a number"),
        ("--optimizer", "momentum", "one of sgd, adagrad, rmsprop, adam, adamw, lars, lamb"),
        ("--shuffle", "half", "one of full, none"),
        ("--epochs", "0", "at least 1"),
        ("--epochs", "x", "a whole number"),
        ("--epochs", "2000000000", "at most 1000000000"),
        ("--max-steps", "-1", "at least 0"),
        ("--batch-size", "0", "at least 1"),
        ("--batch-size", "-5", "at least 1"),
        ("--batch-size", "1.5", "a whole number"),
        ("--batch-size", "20000000", "at most 10000000"),
        ("--workers", "0", "at least 1"),
        ("--workers", "1025", "at most 1024"),
        ("--leaves", "3", "auto, or a power of two from 1 to 64"),
        ("--leaves", "AUTO", "auto, or a power of two from 1 to 64"),
        ("--leaves", "0", "auto, or a power of two from 1 to 64"),
        ("--leaves", "128", "auto, or a power of two from 1 to 64"),
        ("--shards", "0", "at least 1"),
        ("--shards", "4097", "at most 4096"),
        ("--learning-rate", "0", "above 0"),
        ("--learning-rate", "x", "a number"),
        ("--learning-rate", "nan", "a number"),
        ("--momentum", "1", "at least 0 and below 1"),
        ("--momentum", "-0.1", "at least 0 and below 1"),
        ("--weight-decay", "-1", "at least 0"),
        ("--seed", "-1", "a whole number from 0 to 2⁶⁴ − 1"),
        ("--seed", "x", "a whole number from 0 to 2⁶⁴ − 1"),
        (
            "--checkpoint-every", "0",
            "a number of steps, epochs or minutes, such as 500, 1epoch or 10min, and at most 1000000000"
        ),
        (
            "--checkpoint-every", "9223372036854775807min",
            "a number of steps, epochs or minutes, such as 500, 1epoch or 10min, and at most 1000000000"
        ),
        (
            "--checkpoint-every", "5days",
            "a number of steps, epochs or minutes, such as 500, 1epoch or 10min, and at most 1000000000"
        ),
        ("--keep", "0", "at least 1"),
        ("--feature-scale", "0", "above 0"),
        ("--feature-scale", "x", "a number"),
    ])
    func valueOfAnOption(option: String, value: String, valid: String) throws {
        try work.expectRefusal(
            ["train", data("digits.h5"), "\(option)=\(value)"], 64, "\(option) must be \(valid) (got \(value))")
    }

    /// The same words from a flag and from a file.
    @Test(arguments: [
        (
            "64, convv 3",
            "item 2 of 64, convv 3: there is no convv; did you mean conv?\n"
                + "  items are widths, or begin with dense, conv, depthwise, transposed-conv, max-pool, average-pool, "
                + "global-average-pool, batch-norm, layer-norm, group-norm, instance-norm, dropout, dropout2d, activation, "
                + "embedding, rnn, lstm, gru, flatten, reshape, residual"
        ),
        ("64,,64", "item 2 of 64,,64: there is nothing; write a width or a word between commas"),
        ("0", "item 1 of 0: outputs must be a whole number from 1 to 1000000 (got 0)"),
        ("residual [64", "item 1.1 of residual [64: a bracket is never closed; write ] after the last item in it"),
        (
            "64 activation=rellu",
            "item 1 of 64 activation=rellu: activation must be one of \(activations) (got rellu); did you mean relu?"
        ),
    ])
    func aNetworkThatCannotBeRead(layers: String, words: String) throws {
        try work.expectRefusal(["train", data("digits.h5"), "--layers", layers], 64, "--layers: " + words)
        try work.write("layers: '\(layers)'\n", to: "run.yaml")
        try work.expectRefusal(
            ["train", data("digits.h5"), "--config", "run.yaml"], 64, "run.yaml:1:9: layers: " + words)
    }

    @Test(arguments: [
        (
            ["--layers", "64, residual [32] project=no"],
            "--layers: item 2, residual [32] project=no: its input has shape 64 and its items give 32, which cannot be added\n"
                + "  leave project=no out, or let the last item in the brackets have 64 outputs"
        ),
        (
            ["--layers", "64 name=a, 32 name=a"],
            "--layers: item 2, dense 32 name=a: the name a is another layer's; names are given to one layer each, and output "
                + "is the last layer's"
        ),
        (
            ["--layers", "residual [16] project=no"],
            "--layers: item 1, residual [16] project=no: its input has shape 8×8 and its items give 16, which cannot be added\n"
                + "  leave project=no out, or let the last item in the brackets have 64 outputs"
        ),
        (
            ["--layers", "conv 8 3x3, residual [conv 6 3x3] project=no"],
            "--layers: item 2, residual [conv 6 3x3] project=no: its input has shape 8×8×8 and its items give 8×8×6, "
                + "which cannot be added\n"
                + "  leave project=no out, or let the last item in the brackets have 8 outputs"
        ),
        (
            ["--layers", "64, max-pool 2"],
            "--layers: item 2, max-pool 2: its input has shape 64, which is neither an image nor a sequence\n"
                + "  it needs height, width and channels, or time and channels"
        ),
        (
            ["--layers", "conv 8 3x3 pad=1.1"],
            "--layers: item 1, conv 8 3x3 pad=1.1: pad 1.1 has 2 numbers, and its input has shape 8×8×1\n"
                + "  write one number for each side, top.bottom.left.right, or one for all"
        ),
        (
            ["--layers", "conv 8 3x3 norm=group:3"],
            "--layers: item 1, conv 8 3x3 norm=group:3: 3 groups cannot share its 8 channels evenly\n"
                + "  use 1, 2, 4 or 8 groups"
        ),
        (
            ["--layers", "16, residual [8, residual [flatten]]"],
            "--layers: item 2.2, residual [flatten]: its items leave its input as it is, so there is nothing to add\n"
                + "  write a layer among the items in the brackets"
        ),
        (
            ["--layers", "residual [8, 8 rate=1e200] rate=1e200"],
            "--layers: item 1, residual [8, dense 8 rate=1e+200] rate=1e+200: its rate, with those of the blocks around it, must be at "
                + "most 1000000 (got 1e+200)"
        ),
        (
            ["--layers", "64, conv 8 3x3"],
            "--layers: item 2, conv 8 3x3: its input has shape 64, which is neither an image nor a sequence\n"
                + "  it needs height, width and channels, or time and channels"
        ),
        (
            ["--layers", "conv 8 3"],
            "--layers: item 1, conv 8 3: samples of 8×8 may be images or sequences\n"
                + "  say what they are: --axes HW, or TC for time and channels"
        ),
        (
            ["--layers", "conv 8 3x3, max-pool 4, conv 8 5x5 pad=valid"],
            "--layers: item 3, conv 8 5x5 pad=valid: its window of 5×5 is larger than its input, 2×2×8, with padding\n"
                + "  use pad=same, a smaller window, or one pool or stride less before it"
        ),
        (
            ["--layers", "conv 8 3x3, reshape 8x8x6"],
            "--layers: item 2, reshape 8x8x6: its shape 8×8×6 has 384 elements, and its input of 8×8×8 has 512 elements\n"
                + "  the numbers of a shape must give as many when they are multiplied"
        ),
        (
            ["--layers", "max-pool 4x4, transposed-conv 8 3 pad=2"],
            "--layers: item 2, transposed-conv 8 3 pad=2: its padding leaves nothing of an output of 4×4\n"
                + "  use pad=same, or less padding"
        ),
        (
            ["--layers", "dropout2d 0.5, dense 8"],
            "--layers: item 1, dropout2d 0.5: samples of 8×8 may be images or sequences\n"
                + "  say what they are: --axes HW, or TC for time and channels"
        ),
        (
            ["--layers", "conv 8 3x3, residual [conv 8 3x3 pad=valid]"],
            "--layers: item 2, residual [conv 8 3x3 pad=valid]: its input has shape 8×8×8 and its items give 6×6×8, which cannot "
                + "be added\n  let the items in the brackets keep their input's size (pad=same), or divide it by a stride"
        ),
        (
            ["--layers", "conv 8 3x3, conv 8 3x3 groups=3"],
            "--layers: item 2, conv 8 3x3 groups=3: groups=3 does not divide its 8 input channels and 8 filters\n"
                + "  use groups=1, 2, 4 or 8"
        ),
        (
            ["--layers", "conv 8 3x3x3"],
            "--layers: item 1, conv 8 3x3x3: samples of 8×8 may be images or sequences\n"
                + "  say what they are: --axes HW, or TC for time and channels"
        ),
        (
            ["--augment", "crop:8"],
            "--augment crop:8 is too large for images of 8×8\n  its number of pixels must be below 8"
        ),
        (
            ["--augment", "flip", "--axes", "TC"],
            "--augment changes images, and samples of 8×8 are none: their axes are TC"
        ),
        (
            ["--layers", "64, dropout 0.5", "--dropout", "0.2"],
            "--dropout is for hidden layers that are widths (got 64, dropout 0.5)\n"
                + "  write dropout RATE among the items of --layers, where it is to be"
        ),
    ])
    func itemsThatDoNotFit(options: [String], words: String) throws {
        try work.expectRefusal(["train", data("digits.h5")] + options, 64, words)
    }

    @Test(arguments: [("--loss", "cross-entrop", "cross-entropy"), ("--activation", "RELU", "relu")])
    func theNearestValueIsSuggested(option: String, value: String, nearest: String) throws {
        let result = try work.lockstep("train", data("digits.h5"), option, value)
        #expect(result.errors.hasSuffix("(got \(value)); did you mean \(nearest)?\n"))
        #expect(result.status == 64)
    }

    @Test(arguments: [
        (["train"], "Missing expected argument '<data>'"),
        (["train", "x.h5", "--nonsense"], "Unknown option '--nonsense'"),
        (["train", "x.h5", "--epochs"], "Missing value for '--epochs <N>'"),
        (["train", "x.h5", "--epoch", "3"], "Unknown option '--epoch'. Did you mean '--epochs'?"),
        (["train", "x.h5", "--resume"], "--resume needs --run, to say which run to go on with"),
        (["train", "x.h5", "--run", "r", "--resume", "--force"], "--resume and --force exclude each other"),
        (["train", "x.h5", "--run", "r", "--resume", "--dry-run"], "--resume and --dry-run exclude each other"),
        (["train", "x.h5", "-epochs", "3"], "Unknown option '-epochs'. Did you mean '--epochs'?"),
        (
            ["evaluate", "r", "x.h5", "--labels", "y"],
            "--labels needs --features, to say which samples they belong to"
        ),
        (["resume", "r", "--layers", "3"], "Unknown option '--layers'"),
        (["report", "r"], "Missing expected argument '--output <file>'"),
        (["dance"], "Unexpected argument 'dance'"),
        (["trian"], "Unexpected argument 'trian'; did you mean train?"),
    ])
    func unknownOptionsAndCommands(arguments: [String], problem: String) throws {
        let command = arguments.count == 1 && arguments != ["train"] ? "" : " \(arguments[0])"
        try work.expectRefusal(arguments, 64, "\(problem)\n  see lockstep\(command) --help")
    }

    @Test(arguments: [
        (["trian", "--help"], "", "trian", "train"), (["help", "trian"], "", "trian", "train"),
        (["import", "cvs"], " import", "cvs", "csv"), (["import", "cvs", "--help"], " import", "cvs", "csv"),
    ])
    func helpOfAMisspeltCommandNamesTheNearest(arguments: [String], command: String, word: String, near: String) throws
    {
        try work.expectRefusal(
            arguments, 64, "Unexpected argument '\(word)'; did you mean \(near)?\n  see lockstep\(command) --help")
    }

    @Test(arguments: ["evaluate", "predict", "resume"])
    func workersOfOtherCommands(command: String) throws {
        try work.succeed("train", data("xor.h5"), "--max-steps", "0", "--run", "run")
        let more = ["evaluate": [data("xor.h5")], "predict": [data("xor.h5"), "-o", "o.csv"]][command] ?? []
        try work.expectRefusal(
            [command, "run"] + more + ["--workers", "0"], 64, "--workers must be at least 1 (got 0)")
    }

    @Test func epochsOfResume() throws {
        try work.succeed("train", data("xor.h5"), "--max-steps", "0", "--run", "run")
        try work.expectRefusal(["resume", "run", "--epochs", "0"], 64, "--epochs must be at least 1 (got 0)")
    }

    @Test func outputActivationThatDoesNotFitTheLoss() throws {
        try work.expectRefusal(
            ["train", data("digits.h5"), "--output-activation", "relu"], 64,
            "--loss cross-entropy goes with --output-activation softmax (got relu)")
    }

    @Test func binaryLossOfManyClasses() throws {
        try work.expectRefusal(
            ["train", data("digits.h5"), "--loss", "binary-cross-entropy"], 64,
            "--loss binary-cross-entropy needs two classes, the labels have 10; use --loss cross-entropy")
    }

    @Test(arguments: [["--help"], ["help", "train"], ["train", "--help"], ["--version"], []])
    func helpAndVersionSucceed(arguments: [String]) throws {
        let result = try work.run(arguments)
        #expect(result.status == 0 && result.errors == "" && !result.output.isEmpty)
    }
}

private let activations =
    "identity, step, sign, sigmoid, tanh, relu, leaky-relu, elu, "
    + "selu, gelu, gelu-tanh, silu, softplus, softmax, log-softmax"
private let losses = "mse, sse, mae, huber, cross-entropy, binary-cross-entropy, kl-divergence, hinge, perceptron"
private let initializers =
    "xavier-uniform, xavier-normal, kaiming-uniform, kaiming-normal, kaiming-uniform-fan-out, "
    + "kaiming-normal-fan-out, lecun-uniform, lecun-normal, orthogonal, zeros, normal:DEVIATION, uniform:LIMIT, "
    + "constant:VALUE"
