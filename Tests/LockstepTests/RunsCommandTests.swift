import Foundation
import Testing

/// `runs`, `compare`, `prune`, and event files.
@Suite struct RunsCommandTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ run: String, _ more: String...) throws {
        let arguments = ["train", data("moons.h5"), "--layers", "4", "--epochs", "2", "--run", run, "--quiet"]
        let result = try work.run(arguments + more)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// The lines of `runs`, as words.
    private func list(_ more: String...) throws -> [[String]] {
        let result = try work.run(["runs"] + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    private func runs(_ more: String...) throws -> [[String: Any]] {
        let result = try work.run(["runs"] + more + ["--json"])
        try #require(result.status == 0, "\(result.errors)")
        let array = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(array as? [[String: Any]])
    }

    // MARK: runs

    @Test func runsAreListedWithWhatDiffers() throws {
        try train("sweep/a-10", "--learning-rate", "0.5")
        try train("sweep/a-2", "--learning-rate", "0.01", "--epochs", "3")
        try train("sweep/deep/b", "--learning-rate", "0.5")
        try work.makeDirectory("sweep/empty")
        let lines = try list("sweep")
        #expect(
            lines[0] == ["run", "state", "epochs", "best", "on", "loss", "accuracy", "time", "data", "settings"])
        #expect(lines.dropFirst().map(\.[0]) == ["sweep/a-2", "sweep/a-10", "sweep/deep/b"])
        #expect(lines[1][1...4] == ["finished", "3", "of", "3"])
        #expect(lines[1].suffix(3) == ["moons.h5", "learningRate=0.01,", "epochs=3"])
        #expect(lines[2].suffix(3) == ["moons.h5", "learningRate=0.5,", "epochs=2"])
        #expect(try list("sweep", "--sort", "epochs").map(\.[0]) == ["run", "sweep/a-2", "sweep/a-10", "sweep/deep/b"])

        let found = try runs("sweep")
        let best = try #require(found[1]["best"] as? [String: Any])
        let logged = try work.metrics("sweep/a-10").filter { $0["event"] as? String == "epoch" }
        let least = try #require(logged.compactMap { $0["testLoss"] as? Double }.min())
        #expect(best["split"] as? String == "test" && best["testLoss"] as? Double == least)
        #expect(try work.text("sweep/a-10/metrics.jsonl").contains("\(best["testLoss"] ?? "")"))
        #expect(found[1]["settings"] as? [String: String] == ["learningRate": "0.5", "epochs": "2"])
        let losses = try runs("sweep", "--sort", "loss").map {
            ($0["best"] as? [String: Any])?["testLoss"] as? Double ?? 9
        }
        #expect(losses == losses.sorted())
    }

    @Test func theStateOfARunIsTold() throws {
        try train("runs/ended")
        try train("runs/cut")
        let log = try work.text("runs/cut/metrics.jsonl")
        try work.write(String(log.dropLast(60)), to: "runs/cut/metrics.jsonl")
        try train("runs/held")
        let lock = work.path("runs/held/lock")
        let file = open(lock, O_RDWR | O_CREAT, 0o666)
        #expect(flock(file, LOCK_EX) == 0)
        defer { close(file) }
        #expect(try list().dropFirst().map(\.[1]) == ["stopped", "finished", "running"])
    }

    @Test func aRunThatCannotBeReadIsListedNevertheless() throws {
        try train("runs/a")
        try train("runs/b")
        try work.write("epochs: three\n", to: "runs/b/config.yaml")
        try work.write(
            #"{"event": "epoch", "epoch": 1, "step": 4, "trainLoss": null, "learningRate": 0.1}"# + "\n",
            to: "runs/b/metrics.jsonl")
        let result = try work.run(["runs"])
        #expect(result.status == 0)
        #expect(result.errors == "note: runs/b/config.yaml:1:9: epochs must be a whole number (got three)\n")
        #expect(result.output.contains("\nruns/b  stopped        1"), "\(result.output)")
        #expect(result.output.hasSuffix("unreadable\n"))
        let found = try runs()
        #expect(found[1]["best"] is NSNull && (found[1]["settings"] as? [String: Any])?.isEmpty == true)
    }

    @Test func wrongDirectoriesAndOrdersAreRefused() throws {
        try work.expectRefusal(
            ["runs"], 66, "runs: no such directory\n  lockstep train makes runs; --run says where")
        try work.expectRefusal(
            ["runs", "--sort", "los"], 64,
            "--sort must be one of name, loss, accuracy, epochs, time (got los); did you mean loss?")
        try work.makeDirectory("runs")
        #expect(try work.succeed("runs") == "runs: holds no runs\n")
    }

    // MARK: compare

    @Test func whatDiffersBetweenTwoRunsIsTold() throws {
        try train("a")
        try train("b", "--layers", "4,3", "--seed", "1")
        let result = try work.succeed("compare", "a", "b")
        let lines = result.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines[0] == ["setting", "a", "b"] && lines[1] == ["layers", "4", "4,", "3"])
        #expect(lines[2] == ["seed", "0", "1"])
        #expect(result.contains("\n\ndata     train the same, test the same\n\n"))
        #expect(lines.contains(["network", "2-4-2", "2-4-3-2"]), "\(result)")
        #expect(result.hasSuffix("\n\nnumbers  different\n"))
        let object = try work.json("compare", "a", "b")
        #expect((object["settings"] as? [String: [String]])?["seed"] == ["0", "1"])
        #expect(object["sameNumbers"] as? Bool == false)
    }

    @Test func equalTrainingsHaveTheSameNumbers() throws {
        try train("a")
        try train("b", "--workers", "1")
        let object = try work.json("compare", "a", "b")
        #expect(object["sameNumbers"] as? Bool == true)
        #expect(Array((object["settings"] as? [String: Any])?.keys ?? [:].keys) == ["workers"])
        // A checkpoint does not know the workers.
        #expect(try work.succeed("compare", "a/latest", "b").hasPrefix("settings the same\n"))
        try work.succeed(
            "train", data("xor.h5"), "--layers", "4", "--epochs", "2", "--run", "c", "--quiet")
        #expect(try work.succeed("compare", "a", "c").contains("data     train different, test different\n"))
    }

    // MARK: prune

    @Test func pruneKeepsTheNewestAndTheBest() throws {
        try train("run", "--epochs", "6", "--checkpoint-every", "4", "--keep", "6", "--learning-rate", "3")
        let names = try work.names(in: "run/checkpoints")
        try work.write("x", to: "run/checkpoints/step-00000004.h5.damaged")
        let listed = try work.succeed("prune", "run")
        #expect(try work.names(in: "run/checkpoints").count == names.count + 1)
        let files = listed.split(separator: "\n").dropLast().map { $0.prefix { $0 != " " } }
        #expect(files.last == "run/checkpoints/step-00000004.h5.damaged")
        #expect(listed.hasSuffix("can go\n"))

        try work.succeed("prune", "run", "--delete")
        let (newest, best) = (try work.link("run/latest"), try work.link("run/best"))
        let kept = try work.names(in: "run/checkpoints").map { "checkpoints/\($0)" }
        #expect(Set(kept) == [newest, best])
        #expect(try work.succeed("prune", "run") == "run: 0 files of 0 bytes can go\n")
        try work.succeed("evaluate", "run", data("moons.h5"))
        try work.succeed("resume", "run", "--epochs", "7")
    }

    @Test func pruneIsRefusedWhileTheRunIsAtWork() throws {
        try train("run")
        let file = open(work.path("run/lock"), O_RDWR | O_CREAT, 0o666)
        #expect(flock(file, LOCK_EX) == 0)
        defer { close(file) }
        try work.write("\(getpid()) \(ProcessInfo.processInfo.hostName)\n", to: "run/lock")
        try work.expectRefusal(
            ["prune", "run", "--delete"], 73,
            "run: process \(getpid()) is at work on this run\n  wait for it, or stop it with: kill \(getpid())")
        try work.expectRefusal(["prune", "nowhere", "--delete"], 66, "nowhere: holds no run")
        try work.expectRefusal(["prune", "run", "--keep", "0"], 64, "--keep must be at least 1 (got 0)")
    }

    // MARK: TensorBoard

    @Test func eachStartHasAnEventFileOfItsEpochs() throws {
        func counts() throws -> [Int] {
            try work.names(in: "board").map { name in
                try #require(name.hasPrefix("events.out.tfevents."))
                return try work.text("board/\(name)").ranges(of: "loss/test").count
            }
        }
        try train("run", "--tensorboard", "board")
        #expect(try counts() == [2])
        try work.succeed("resume", "run", "--epochs", "5", "--tensorboard", "board", "--quiet")
        #expect(try counts().sorted() == [2, 3])
        try work.write("", to: "file")
        try work.expectRefusal(
            ["train", data("moons.h5"), "--run", "other", "--tensorboard", "file"], 73,
            "file: cannot be created: Not a directory")
    }
}
