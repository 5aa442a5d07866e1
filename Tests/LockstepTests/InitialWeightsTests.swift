import Foundation
import Testing

/// A run's first checkpoint, and runs that begin with the parameters of another.
@Suite struct InitialWeightsTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func noStepsSaveTheInitialParameters() throws {
        let output = try work.succeed("train", data("digits.h5"), "--layers", "16", "--max-steps", "0", "--run", "run")
        #expect(output == "run: step 0\n")
        #expect(try work.names(in: "run/checkpoints") == ["step-00000000.h5"])
        let file = try work.open("run/latest")
        let biases = try file.root.dataset("parameters/dense1/bias").read(as: Float.self)
        #expect(biases == Array(repeating: 0, count: 16))
        let weights = try file.root.dataset("parameters/dense1/weight").read(as: Float.self)
        #expect(weights.count == 16 * 64 && Set(weights).count > 1000)
    }

    @Test func initialWeightsOfStepZeroGiveTheSameRun() throws {
        let options = ["--layers", "16", "--seed", "5"]
        let train = ["train", data("digits.h5"), "--quiet"] + options
        for more in [
            ["--run", "plain"], ["--run", "first", "--max-steps", "0"],
            ["--run", "second", "--initial-weights", "first/latest"],
        ] {
            #expect(try work.run(train + more).status == 0)
        }
        #expect(try work.bytes("plain/latest") == work.bytes("second/latest"))
    }

    @Test func weightsComeFromTheFileAndNotFromTheSeed() throws {
        for (run, more) in [
            ("first", ["--seed", "1"]), ("second", ["--seed", "2", "--initial-weights", "first/latest"]),
        ] {
            let arguments = ["train", data("xor.h5"), "--max-steps", "0", "--run", run] + more
            #expect(try work.run(arguments).status == 0)
        }
        let weights = try ["first", "second"].map {
            try work.open("\($0)/latest").root.dataset("parameters/dense1/weight").read(as: Float.self)
        }
        #expect(weights[0] == weights[1])
    }

    @Test func anotherNetworkIsRefused() throws {
        try work.succeed("train", data("digits.h5"), "--layers", "16", "--max-steps", "0", "--run", "first")
        for (layers, network) in [("8", "64-8-10"), ("16,16", "64-16-16-10"), ("none", "64-10")] {
            try work.expectRefusal(
                ["train", data("digits.h5"), "--layers", layers, "--initial-weights", "first/latest"], 65,
                "first/latest: holds a 64-16-10 network, this run's is \(network)\n  give the run the same --layers, and data alike"
            )
        }
    }

    @Test func otherFilesThanCheckpointsAreRejected() throws {
        try work.write("hello", to: "hello.h5")
        for (file, status, problem) in [
            ("nowhere.h5", Int32(66), "no such file"), ("hello.h5", 65, "not a checkpoint of lockstep"),
            (data("xor.h5"), 65, "not a checkpoint of lockstep"),
        ] {
            try work.expectRefusal(
                ["train", data("digits.h5"), "--initial-weights", file], status, "\(file): \(problem)")
        }
    }
}
