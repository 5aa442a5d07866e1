import Testing

/// Perceptrons on the command line.
@Suite struct PerceptronTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ file: String, _ more: String...) throws -> (output: String, errors: String) {
        let result = try work.run(
            [
                "train", data(file), "--layers", "none", "--loss", "perceptron", "--initializer", "zeros",
                "--batch-size",
                "1", "--learning-rate", "1", "--momentum", "0", "--weight-decay", "0", "--epochs", "20", "--run", "run",
                "--force",
            ] + more)
        try #require(result.status == 0, "\(result.errors)")
        return (result.output, result.errors)
    }

    @Test(arguments: ["and.h5", "or.h5"])
    func itLearnsLinearlySeparableFunctions(file: String) throws {
        let result = try train(file)
        #expect(result.output.hasSuffix("accuracy 100.00%\n"))
        #expect(!result.errors.contains("note:"))
        #expect(try work.json("evaluate", "run", data(file))["accuracy"] as? Double == 1)
    }

    @Test func aNoteExplainsInseparableData() throws {
        let note = """
            note: in its last epoch the perceptron erred 4 of 4 times. Its rule comes to an end where a straight
              line separates the classes, as it does for AND and OR; for others, as XOR, it goes on for ever.
              A hidden layer bends the line: --layers 4 --activation tanh --loss binary-cross-entropy

            """
        #expect(try train("xor.h5", "--shuffle", "none").errors.hasSuffix(note))
        #expect(try train("xor.h5", "--shuffle", "none", "--quiet").errors == "")
    }

    /// The network that the note recommends.
    @Test func aHiddenLayerLearnsIt() throws {
        let result = try work.json(
            "train", data("xor.h5"), "--layers", "4", "--activation", "tanh", "--loss", "binary-cross-entropy",
            "--epochs",
            "500", "--quiet")
        #expect(result["trainAccuracy"] as? Double == 1)
    }
}
