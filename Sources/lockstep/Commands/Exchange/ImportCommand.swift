import ArgumentParser
import DatasetFiles
import Display
import Foundation
import Messages
import Models
import Reports
import RunSettings
import Splits

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Convert other files to a dataset file.",
        discussion: """
            lockstep import csv --train data/wine.csv --label cultivar -o wine.h5
            lockstep import idx --help
            """,
        subcommands: [
            ImportIDXCommand.self, ImportCSVCommand.self, ImportUCRCommand.self, ImportTextCommand.self,
        ])
}

struct ImportIDXCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idx",
        abstract: "Import images and labels from IDX files, the format of MNIST, compressed with gzip or not.",
        discussion: """
            lockstep import idx --train-images images.gz --train-labels labels.gz -o m.h5
            """)

    @Option(help: ArgumentHelp("Images of the training split.", valueName: "file"), completion: .file())
    var trainImages: String
    @Option(help: ArgumentHelp("Labels of the training split.", valueName: "file"), completion: .file())
    var trainLabels: String
    @Option(help: ArgumentHelp("Images of the test split.", valueName: "file"), completion: .file())
    var testImages: String?
    @Option(help: ArgumentHelp("Labels of the test split.", valueName: "file"), completion: .file())
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
        try showing("importing \(trainImages)") {
            try importIDX(
                train: IDXSource(images: trainImages, labels: trainLabels), test: test, to: output.path, advance: $0)
        }
        try printResult(Inspection.dataset(at: output.path).summary)
    }
}

struct ImportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Import tables from CSV and TSV files, compressed with gzip or not.",
        discussion: """
            Training on the result is the same as training on the table. Columns of text become categories; text labels \
            become classes. How the table is written (header, delimiter, decimal mark, encoding) is found out and printed.

            lockstep import csv --train data/wine.csv --label cultivar -o wine.h5 --force
            """)

    @OptionGroup var files: ImportFiles
    @Option(
        help: ArgumentHelp(
            "What the labels are, where the rules of train would refuse them: classification or regression.",
            valueName: "name"))
    var task: String?
    @OptionGroup(title: "Tables")
    var settings: SettingFlags<TableSettings>

    func run() throws {
        var configuration = Configuration()
        for (setting, text) in settings.given {
            try set(setting, to: text, in: &configuration, reportedAs: setting.flag)
        }
        if let task, let setting = Setting.named("task") {
            try set(setting, to: task, in: &configuration, reportedAs: setting.flag)
        }
        configuration.data = files.train
        try files.write { path in
            var splits = try showing("reading \(configuration.data)") {
                try RawSplits(ofTable: configuration, pause: $0)
            }
            if let test = files.test {
                try showing("reading \(test)") { try splits.addTest(table: test, configuration, pause: $0) }
            }
            var notes = splits.notes
            try showing("writing \(path)") { advance in
                try TableWriter(splits.all, task: configuration.task, missing: configuration.missing ?? .refuse)
                    .write(to: path, note: { notes.append($0) }, advance: advance)
            }
            for format in splits.formats { printError(format.wording) }
            notes.forEach(printNote)
        }
    }
}
