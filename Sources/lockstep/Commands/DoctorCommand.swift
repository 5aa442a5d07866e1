import ArgumentParser
import Checks
import DurableFiles
import Foundation
import HDF5
import Kernels
import Messages
import Reports
import Runs

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check what training needs of this machine, and say what to mend.",
        discussion: """
            Measures the cores, and tries the file system on which runs are to be.

            lockstep doctor       of the working directory
            lockstep doctor /tmp  of another one
            """)

    @Argument(
        help: ArgumentHelp("The directory in which runs are to be.", valueName: "directory"), completion: .directory)
    var directory = "."
    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        let report = MachineReport(machine: try MachineCheck(), files: try DirectoryCheck(of: directory), directory)
        try printResult(json ? report.json.text : report.text)
    }
}

/// What `doctor` found.
private struct MachineReport {
    private let machine: MachineCheck
    private let files: DirectoryCheck
    private let directory: String

    init(machine: MachineCheck, files: DirectoryCheck, _ directory: String) {
        (self.machine, self.files, self.directory) = (machine, files, directory)
    }

    var text: String {
        let peaks = [machine.peakOfOne, machine.peakOfAll].map { $0.map { String(format: "%.0f", $0 / 1e9) } ?? "?" }
        let works = DirectoryCheck.Ability.allCases.filter { ability in
            !files.failures.contains { $0.ability == ability }
        }
        let lines = [
            versionLines.joined(separator: "\n") + ": \(machine.cores) of \(counted(machine.onlineCores, "core"))",
            "memory    \(byteCount(machine.memory)), of which \(byteCount(machine.freeMemory)) are free for this process",
            "peak      \(peaks[0]) GFLOP/s on one core, \(peaks[1]) on all (fp32)",
            "files     \(directory): \(works.map(Self.name).joined(separator: ", "))"
                + (works.isEmpty ? "" : works.count == 1 ? " works" : " work")
                + (files.freeBytes.map { "; \(byteCount($0)) free" } ?? ""),
        ]
        let advice = advice
        return lines.joined(separator: "\n") + "\n\n"
            + (advice.isEmpty ? "nothing to mend" : advice.map { "mend: \($0)" }.joined(separator: "\n"))
    }

    private static func name(_ ability: DirectoryCheck.Ability) -> String {
        switch ability {
        case .replacement: "safe replacement of files"
        case .links: "links"
        case .locks: "locks"
        }
    }

    private var advice: [String] {
        machine.findings.map(Self.wording)
            + files.failures.map { failure in
                "\(directory): \(Self.name(failure.ability)) fails: \(failure.reason)\n  choose another --run for training"
            }
    }

    private static func wording(_ finding: MachineCheck.Finding) -> String {
        switch finding {
        case .fewerCores(let allowed, let online):
            "this process may use \(allowed) of \(counted(online, "core"))\n  ask the batch system, taskset or the container for more"
        case .slowTogether(let ratio, let cores):
            String(format: "%d cores reach %.1f times the peak of one", cores, ratio)
                + "\n  other programs run, or the host gives its cores to others: measure again when it is quiet"
        case .slowInstructions(let name):
            "the CPU has no AVX2 (\(name)), so that training takes several times as long\n  choose a newer machine"
        }
    }

    var json: JSON {
        .object([
            ("lockstep", .string(lockstepVersion)), ("oneDNN", .string(Arithmetic.libraryVersion)),
            ("instructions", .string(Arithmetic.instructions)), ("HDF5", .string(hdf5Version)),
            ("processor", machine.processor.map(JSON.string) ?? .null), ("cores", .integer(machine.cores)),
            ("coresOfMachine", .integer(machine.onlineCores)), ("memory", .integer(machine.memory)),
            ("freeMemory", .integer(machine.freeMemory)), ("peakOfOneCore", .number(orNull: machine.peakOfOne)),
            ("peak", .number(orNull: machine.peakOfAll)), ("directory", .string(directory)),
            ("freeBytes", files.freeBytes.map(JSON.integer) ?? .null), ("mend", .array(advice.map(JSON.string))),
        ])
    }
}
