import Testing

/// Resource limits of a process.
@Suite struct LimitTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// With any limit, the command either succeeds or reports that memory is not sufficient.
    @Test func aMemoryLimitIsReported() throws {
        try work.succeed(
            "train", data("digits.h5"), "--layers", "2048,2048", "--max-steps", "0", "--quiet", "--run", "large")
        var refusals = 0
        for limit in stride(from: 160_000, through: 300_000, by: 20_000) {
            let result = try work.shell("ulimit -v \(limit); lockstep digest large")
            #expect(result.status == 0 || result.status == 71, "\(limit): \(result.errors)")
            if result.status == 71 { refusals += 1 }
        }
        #expect(refusals > 0)
    }

    /// Thread stacks larger than the memory: Dispatch would wait forever for the first thread.
    @Test func aThreadLimitIsReported() throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--max-steps", "0", "--run", "run")
        let commands = ["train \(data("xor.h5"))", "evaluate run \(data("xor.h5"))", "bench"]
        for (command, needed) in zip(commands, [4, 2, 2]) {
            let result = try work.shell(
                "ulimit -s 400000000; ulimit -v 200000000; exec lockstep \(command) --workers 2")
            #expect(result.status == 71)
            #expect(
                result.errors == """
                    error: this process may make 0 of the \(needed) threads that it needs
                      raise the limit on tasks (ulimit -u, the job's control group) or on memory (ulimit -v), or take fewer --workers

                    """)
        }
    }
}
