import ArgumentParser
import DurableFiles
import Interchange
import Messages
import RunSettings
import Runs

struct ImportModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-model",
        abstract: "Bring a network of another program into a checkpoint.",
        discussion: """
            Reads ONNX, Keras (.keras, .h5, .weights.h5) and safetensors. The checkpoint predicts, is evaluated and inspected, and a run \
            begins with its parameters (train --initial-weights). Files with parameters alone need a run or a checkpoint with the same \
            layers (--like); `lockstep train DATA --layers … --max-steps 0` makes one.

            lockstep import-model digits.onnx -o imported.h5
            lockstep import-model digits.keras -o classes.h5 --task classification
            """)

    @Argument(help: "The file of the other program.")
    var file: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Run or checkpoint of a network with the same layers.", valueName: "run"))
    var like: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What outputs without an activation are: classification for the logits of classes, regression for measurements.",
            valueName: "task"))
    var task: String?
    @OptionGroup var output: OutputFile

    func run() throws {
        let task = try task.flatMap { try configured("task", $0, reportedAs: "--task").task }
        let similar = try like.map { try readNetwork($0) }
        try output.requireFree(inputs: [file] + (similar.map { [$0.path] } ?? []))
        let checkpoint = try importModel(file, like: similar?.checkpoint, task: task)
        try replaceFile(output.path, with: CheckpointFile.bytes(of: checkpoint))
        let model = checkpoint.model
        try printResult(
            "\(output.path): \(model.network.shortText), "
                + "\(counted(model.network.layout.parameterCount, "parameter")), \(model.configuration.loss?.rawValue ?? "")"
        )
    }
}
