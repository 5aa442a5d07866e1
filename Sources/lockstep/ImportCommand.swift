import ArgumentParser
import Datasets

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a dataset file of other files.",
        subcommands: [ImportIDXCommand.self, ImportCSVCommand.self])
}

struct ImportIDXCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idx",
        abstract: "Import images and labels of the MNIST family: IDX files, gzip or plain.")

    @Option(help: ArgumentHelp(valueName: "file"))
    var trainImages: String
    @Option(help: ArgumentHelp(valueName: "file"))
    var trainLabels: String
    @Option(help: ArgumentHelp(valueName: "file"))
    var testImages: String?
    @Option(help: ArgumentHelp(valueName: "file"))
    var testLabels: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("The dataset file to write.", valueName: "data.h5"))
    var output: String

    func validate() throws {
        if (testImages == nil) != (testLabels == nil) {
            throw ValidationError("--test-images and --test-labels go together")
        }
    }

    func run() throws {
        try requireDistinct(output, from: [trainImages, trainLabels, testImages, testLabels])
        let test = testImages.flatMap { images in testLabels.map { IDXSource(images: images, labels: $0) } }
        try importIDX(train: IDXSource(images: trainImages, labels: trainLabels), test: test, to: output)
        try printResult(Inspection.dataset(at: output).summary)
    }
}

struct ImportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Import tables of numbers: CSV files, gzip or plain.",
        discussion: """
            Text labels become classes in alphabetical order; whole numbers from 0 on become class ids; other numbers \
            are measurements.
            """)

    @Option(help: ArgumentHelp(valueName: "file.csv"))
    var train: String
    @Option(help: ArgumentHelp(valueName: "file.csv"))
    var test: String?
    @Option(help: ArgumentHelp("The label's column: its name, or its number from 1.", valueName: "column"))
    var label: String
    @Option(name: .shortAndLong, help: ArgumentHelp("The dataset file to write.", valueName: "data.h5"))
    var output: String

    func run() throws {
        try requireDistinct(output, from: [train, test])
        try importCSV(train: train, test: test, labelColumn: label, to: output)
        try printResult(Inspection.dataset(at: output).summary)
    }
}
