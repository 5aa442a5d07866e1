import ArgumentParser
import Messages
import Reports

/// The file of each split that an import reads, and the dataset file that it writes.
struct ImportFiles: ParsableArguments {
    @Option(
        help: ArgumentHelp("File of the training split; - is standard input.", valueName: "file"), completion: .file())
    var train: String
    @Option(help: ArgumentHelp("File of the test split.", valueName: "file"), completion: .file())
    var test: String?
    @OptionGroup var output: OutputFile

    /// Imports, and prints what the dataset file has then.
    /// - Throws: `Failure` and `FileError` if the file cannot be written; what `body` throws.
    func write(_ body: (_ path: String) throws -> Void) throws {
        try output.requireFree(inputs: [train, test].compactMap { $0 })
        try body(output.path)
        try printResult(Inspection.dataset(at: output.path).summary)
    }
}
