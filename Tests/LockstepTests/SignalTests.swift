import Foundation
import Synchronization
import TestSupport
import Testing

/// Signals of terminals and batch systems to a training run.
@Suite(.serialized) struct SignalTests {
    private let work: Workplace
    private let arguments = ["train", data("digits.h5"), "--layers", "16", "--checkpoint-every", "1000000", "--quiet"]

    init() throws { work = try Workplace() }

    /// A run that ends only by a signal.
    private func endless(_ run: String, _ signals: (Int32, after: Double)...) throws -> Command.Result {
        try work.run(
            arguments + ["--epochs", "100000000", "--run", run], signals: signals.map { ($0.0, $0.after) })
    }

    /// The step in a run's message that it was stopped.
    private func stoppedAt(_ result: Command.Result) throws -> Int {
        let message = /stopped at step ([0-9,]+) of 600,000,000; go on with: lockstep resume run\n/
        let match = try #require(result.errors.wholeMatch(of: message), "\(result.errors)")
        return try #require(Int(match.1.filter { $0 != "," }))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func stopsAfterSavingAndExplainsResume(signal: Int32) throws {
        let result = try endless("run", (signal, after: 0.5))
        #expect(result.status == 75)
        let step = try stoppedAt(result)
        let names = try work.names(in: "run/checkpoints")
        #expect(names.last == "step-" + String(repeating: "0", count: 8 - "\(step)".count) + "\(step).h5")
        #expect(try work.names(in: "run").contains("lock") == false)

        // The result equals that of a run without a stop.
        let rest = ["--epochs", "100000000", "--max-steps", "\(step + 20)", "--run"]
        #expect(try work.run(arguments + rest + ["run", "--resume"]).status == 0)
        #expect(try work.run(arguments + rest + ["whole"]).status == 0)
        #expect(try work.bytes("run/latest") == work.bytes("whole/latest"))
    }

    @Test func savesOnRequestAndContinues() throws {
        let result = try endless("run", (SIGUSR1, after: 0.4), (SIGTERM, after: 0.8))
        #expect(result.status == 75)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].wholeMatch(of: /saved at step [0-9,]+/) != nil, "\(result.errors)")
        #expect(try work.metrics("run").filter { $0["event"] as? String == "checkpoint" }.count == 3)
    }

    /// oneDNN's generated code uses the stack pointer as a register, so a signal handler's frame would overwrite a buffer.
    @Test func noSignalHandlerIsInstalled() throws {
        let run = "lockstep \(arguments.joined(separator: " ")) --epochs 100000000 --run run"
        let look = "until [ -s run/metrics.jsonl ]; do sleep 0.02; done; grep SigCgt /proc/$!/status"
        let result = try work.shell("\(run) & \(look); kill $!; wait $!")
        #expect(result.status == 75, "\(result.errors)")
        let mask = try #require(result.output.firstMatch(of: /SigCgt:\s+([0-9a-f]+)/)?.1)
        let caught = try #require(UInt64(mask, radix: 16))
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] { #expect(caught >> (signal - 1) & 1 == 0, "\(signal)") }
    }

    @Test func nohupIsRespected() throws {
        let line = "trap '' HUP; exec lockstep \(arguments.joined(separator: " ")) --epochs 2 --run run"
        let result = try work.shell(line, signals: [(SIGHUP, after: 0.05), (SIGHUP, after: 0.1)])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test(arguments: ["2>/dev/full", "2>&1 >/dev/null | head -n 1"])
    func closedStandardErrorDoesNotEndARun(redirection: String) throws {
        _ = try work.shell("lockstep train \(data("digits.h5")) --epochs 3 --layers 8 --run run \(redirection)")
        #expect(try work.link("run/latest") == "checkpoints/step-00000018.h5")
    }

    @Test func unwritableResultIsAnError() throws {
        let result = try work.shell("lockstep train \(data("xor.h5")) --epochs 3 --quiet --run run >/dev/full")
        #expect(result.status == 73)
        #expect(result.errors == "error: standard output: cannot be written\n")
    }

    @Test func secondInterruptEndsAtOnceWithoutDamage() throws {
        // Sent together: either the second one comes before the first is handled, or the run has stopped.
        let result = try endless("run", (SIGINT, after: 0.5), (SIGINT, after: 0.5))
        #expect(result.status == 130 || result.status == 75)
        #expect(try work.run(["digest", "run"]).status == 0)
        #expect(
            try work.run(arguments + ["--max-steps", "1", "--run", "run", "--resume", "--epochs", "9"]).status == 0)
    }

    @Test func theErrorOfALockedRunNamesTheProcess() throws {
        let first = Mutex<Command.Result?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let result = try? endless("run", (SIGTERM, after: 60))
            first.withLock { $0 = result }
            done.signal()
        }
        // Waits until the run has written its process id, which may take long during other tests.
        for _ in 0..<2500 where (try? work.text("run/lock").isEmpty) ?? true { usleep(20_000) }
        let process = try #require(work.text("run/lock").split(separator: " ").first)
        let message =
            "run: process \(process) is at work on this run\n  wait for it, or stop it with: kill \(process)\n"
        for refused in [
            ["resume", "run"], arguments + ["--run", "run", "--resume"], arguments + ["--run", "run", "--force"],
        ] {
            let result = try work.run(refused)
            #expect(result.errors == "error: " + message)
            #expect(result.status == 73)
        }
        kill(try #require(Int32(process)), SIGTERM)
        #expect(done.wait(timeout: .now() + 100) == .success)
        #expect(first.withLock { $0?.status } == 75)
    }

    @Test func theErrorOfALockedRunNamesTheOtherMachine() throws {
        try work.makeDirectory("run")
        let file = open(work.path("run/lock"), O_RDWR | O_CREAT, 0o666)
        defer { close(file) }
        #expect(flock(file, LOCK_EX) == 0)
        let text = "4711 node7\n"
        pwrite(file, text, text.utf8.count, 0)
        try work.expectRefusal(
            arguments + ["--run", "run"], 73,
            "run: process 4711 on node7 is at work on this run\n  wait for it, or stop it there with: kill 4711")
    }

    /// Batch systems send these signals before they kill a process.
    @Test(arguments: [SIGUSR2, SIGXCPU])
    func batchSystemSignalsStopARunAfterSaving(signal: Int32) throws {
        let result = try endless("run", (signal, after: 0.7))
        #expect(result.status == 75)
        #expect(result.errors.contains("go on with: lockstep resume run\n"))
        #expect(try work.run(["digest", "run"]).status == 0)
    }

    /// A result that cannot be written is an error, and no file gets the closed descriptor.
    @Test func aClosedStandardOutputIsAnErrorAndDamagesNoFile() throws {
        let result = try work.shell("lockstep train \(data("xor.h5")) --max-steps 1 --run run --quiet >&-")
        #expect(result.status == 73)
        #expect(result.errors == "error: standard output: cannot be written\n")
        #expect(try work.names(in: "run") == ["best", "checkpoints", "config.yaml", "latest", "metrics.jsonl"])
        #expect(try work.text("run/metrics.jsonl").hasPrefix("{\"event\": \"start\""))
        #expect(try work.shell("lockstep digest run 2>&- <&-").status == 0)
    }

    /// As some batch systems start their jobs.
    @Test func anIgnoredSIGCHLDDoesNotMatter() throws {
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: data("xor.h5"))))
        // A file on which libhdf5 crashes or fails must give an error message.
        for place in stride(from: 8, to: min(bytes.count, 2000), by: 37) {
            var damaged = bytes
            damaged[place] ^= 0xFF
            try work.write(damaged, to: "damaged.h5")
            let line = "lockstep train damaged.h5 --max-steps 0 --run run --force --quiet"
            let usual = try work.shell(line)
            let result = try Command(tool: "bash").run(
                ["-c", "trap '' CHLD; exec \(line.replacing("lockstep", with: work.lockstepPath))"], in: work.path("."))
            #expect(result.status == usual.status && result.errors == usual.errors, "\(place)")
        }
    }
}
