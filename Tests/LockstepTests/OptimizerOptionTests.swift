import Testing

/// Optimizers on the command line.
@Suite struct OptimizerOptionTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Every optimizer learns with its default settings.
    @Test(arguments: ["sgd", "adagrad", "rmsprop", "adam", "adamw", "lars", "lamb"])
    func digitsAreLearnedWithAnyOptimizer(optimizer: String) throws {
        let result = try work.json(
            "train", data("digits.h5"), "--layers", "64", "--optimizer", optimizer, "--batch-size", "64", "--epochs",
            "30")
        #expect(try #require(result["testAccuracy"] as? Double) > 0.93)
    }

    /// A resume restores all state of the optimizer.
    @Test(arguments: ["adagrad", "rmsprop", "adam", "lars", "lamb"])
    func aResumedRunEqualsAnUninterruptedOne(optimizer: String) throws {
        let settings = [
            "--layers", "100,20", "--optimizer", optimizer, "--batch-size", "100", "--clip-norm", "1", "--epochs", "3",
            "--quiet",
        ]
        _ = try work.run(["train", data("digits.h5"), "--run", "whole"] + settings)
        _ = try work.run(["train", data("digits.h5"), "--run", "parts", "--max-steps", "17"] + settings)
        _ = try work.run(["train", data("digits.h5"), "--run", "parts", "--resume", "--workers", "1"] + settings)
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
    }

    @Test(arguments: [
        (
            ["--optimizer", "adm"],
            "--optimizer must be one of sgd, adagrad, rmsprop, adam, adamw, lars, lamb (got adm)"
        ),
        (
            ["--optimizer", "adam", "--momentum", "0.5"],
            "--momentum goes with --optimizer sgd or rmsprop or lars (got adam)"
        ),
        (["--optimizer", "lars", "--nesterov"], "--nesterov goes with --optimizer sgd (got lars)"),
        (["--beta1", "0.8"], "--beta1 goes with --optimizer adam or adamw or lamb (got sgd)"),
        (["--beta2", "0.8"], "--beta2 goes with --optimizer adam or adamw or lamb (got sgd)"),
        (["--rho", "0.8"], "--rho goes with --optimizer rmsprop (got sgd)"),
        (["--trust", "0.8"], "--trust goes with --optimizer lars (got sgd)"),
        (
            ["--epsilon", "0.8"],
            "--epsilon goes with --optimizer adagrad or rmsprop or adam or adamw or lamb (got sgd)"
        ),
        (["--beta1", "1"], "--beta1 must be at least 0 and below 1 (got 1)"),
        (["--optimizer", "adam", "--beta2", "0.99999999"], "--beta2 must be at least 0 and below 1 (got 0.99999999)"),
        (["--clip-value", "1e-50"], "--clip-value must be above 0 (got 1e-50)"),
        (["--clip-norm", "0"], "--clip-norm must be above 0 (got 0)"),
        (["--clip-value", "-1"], "--clip-value must be above 0 (got -1)"),
        (["--l1", "-1"], "--l1 must be at least 0 (got -1)"),
        (["--learning-rate", "-1"], "--learning-rate must be above 0 (got -1)"),
    ])
    func settingsThatDoNotFitTheOptimizerAreRejected(arguments: [String], message: String) throws {
        let result = try work.run(["train", data("digits.h5")] + arguments)
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("error: \(message)"), "\(result.errors)")
    }
}
