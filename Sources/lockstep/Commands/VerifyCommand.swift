import ArgumentParser
import Messages
import Runs

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Repeat the training from one checkpoint of a run to the next, and check that all bits are the same.",
        discussion: "lockstep verify runs/digits")

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"), completion: .directory)
    var runPath: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Step of the checkpoint to begin at. Default: the last but one.", valueName: "step"))
    var from: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of worker threads. Default: all cores, or fewer for small steps.", valueName: "N"))
    var workers: String?

    func run() throws {
        let verification = try Verification(
            of: RunDirectory(runPath), from: from, workerCount: try workers.map { try workerCount($0) })
        let stretch =
            "steps \(grouped(verification.fromStep)) to \(grouped(verification.toStep)), trained again with "
            + counted(verification.workerCount, "worker")
        switch verification.verdict {
        case .same:
            try printResult("\(stretch): the same bits\n\(verification.digest)")
        case .differs(let object, let element, let recorded, let replayed):
            throw Failure(
                .badData,
                "\(runPath): \(stretch): not the same bits\n  step \(verification.toStep): \(object)"
                    + (element.map { "[\($0)]" } ?? "") + " is \(recorded) in the checkpoint, \(replayed) now")
        }
    }
}
