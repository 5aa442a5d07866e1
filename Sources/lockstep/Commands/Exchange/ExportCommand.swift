import ArgumentParser
import Display
import DurableFiles
import Interchange
import Messages
import PortableNetworks
import Runs

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a trained network in the format of another program.",
        discussion: """
            The network takes the values of data files as they are: their scaling is its first layer, where the format can hold one. What \
            has no place in the format is told. Reading the file again with `lockstep import-model` gives the same predictions.

            lockstep export runs/digits -o digits.onnx
            lockstep export runs/digits --format keras -o digits.keras
            """)

    @Argument(help: "A checkpoint, or a run directory (its newest checkpoint is used, or its best with --patience).")
    var model: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "onnx, keras, keras-h5, safetensors or torch. Default: as the file's ending says.", valueName: "format"))
    var format: String?
    @OptionGroup var output: OutputFile

    func run() throws {
        let format = try chosenFormat()
        let (path, checkpoint) = try readNetwork(model)
        try output.requireFree(inputs: [path])
        let exported = try export(checkpoint, as: format)
        try replaceFile(output.path, with: exported.file)
        for note in exported.notes { printNote(note.wording) }
        let network = checkpoint.model.network
        try printResult(
            "\(output.path): \(network.shortText), \(counted(network.layout.parameterCount, "parameter")), for \(format.name)"
        )
    }

    /// - Throws: `Failure` if it is no format, or if none was given and the file's name does not tell one.
    private func chosenFormat() throws -> ExportFormat {
        let names = listed(ExportFormat.allCases.map(\.rawValue), most: 10)
        if let format {
            guard let known = ExportFormat(rawValue: format) else {
                throw Failure(.usage, "--format must be one of \(names) (got \(format))")
            }
            return known
        }
        let endings: [(String, ExportFormat)] = [
            (".onnx", .onnx), (".keras", .keras), (".h5", .kerasH5), (".hdf5", .kerasH5),
            (".safetensors", .safetensors), (".pt", .torch), (".pth", .torch),
        ]
        guard let found = endings.first(where: { output.path.hasSuffix($0.0) }) else {
            throw Failure(
                .usage, "\(output.path) does not end as a format's files do\n  say it with --format: \(names)")
        }
        return found.1
    }
}
