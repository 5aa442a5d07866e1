import ArgumentParser
import Datasets
import Foundation
import Messages

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Convert other files to a dataset file.",
        subcommands: [ImportIDXCommand.self, ImportCSVCommand.self])
}

struct ImportIDXCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idx",
        abstract: "Import images and labels from IDX files, the format of MNIST, compressed with gzip or not.")

    @Option(help: ArgumentHelp("Images of the training split.", valueName: "file"))
    var trainImages: String
    @Option(help: ArgumentHelp("Labels of the training split.", valueName: "file"))
    var trainLabels: String
    @Option(help: ArgumentHelp("Images of the test split.", valueName: "file"))
    var testImages: String?
    @Option(help: ArgumentHelp("Labels of the test split.", valueName: "file"))
    var testLabels: String?
    @OptionGroup var output: OutputFile

    func validate() throws {
        if (testImages == nil) != (testLabels == nil) {
            throw ValidationError("--test-images and --test-labels go together")
        }
    }

    func run() throws {
        try output.requireFree(inputs: [trainImages, trainLabels, testImages, testLabels].compactMap { $0 })
        let test = testImages.flatMap { images in testLabels.map { IDXSource(images: images, labels: $0) } }
        try importIDX(train: IDXSource(images: trainImages, labels: trainLabels), test: test, to: output.path)
        try printResult(Inspection.dataset(at: output.path).summary)
    }
}

struct ImportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Import tables of numbers from CSV files, compressed with gzip or not.",
        discussion: """
            Text labels become classes in alphabetical order. Labels that are whole numbers of at least 0 become class ids. \
            Other labels become regression targets. Without --header or --no-header, the first row is taken for a header if \
            it differs in kind from the rows below it.
            """)

    @Option(help: ArgumentHelp("Table of the training split.", valueName: "file.csv"))
    var train: String
    @Option(help: ArgumentHelp("Table of the test split.", valueName: "file.csv"))
    var test: String?
    @Option(help: ArgumentHelp("Name of the label column, or its number, counted from 1.", valueName: "column"))
    var label: String
    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Whether the first row of each file is a header. Default: detected.")
    var header: Bool?
    @OptionGroup var output: OutputFile

    func run() throws {
        try output.requireFree(inputs: [train, test].compactMap { $0 })
        let tables = try importCSV(
            train: train, test: test, labelColumn: label, hasHeader: header, to: output.path)
        for table in tables {
            if header == nil { printError("\(table.path): " + (table.hasHeader ? Self.header : Self.noHeader)) }
            guard let rounded = table.rounded else { continue }
            printError(
                "warning: \(table.path): column \(brief(rounded.column)): 32-bit floats round \(brief(rounded.text)) to "
                    + "\(String(format: "%.0f", rounded.value)), and make different numbers of that size equal\n"
                    + "  subtract from the column what all its numbers have in common")
        }
        try printResult(Inspection.dataset(at: output.path).summary)
    }

    private static let header = "the first row is a header"
    private static let noHeader =
        "no header; the first row is a sample, columns are called by their numbers (--header if it is one)"
}
