import ArgumentParser
import Checks
import Foundation
import Models
import Reports
import Runs

struct GradientCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gradcheck",
        abstract: "Compare a network's gradients with finite differences computed in double precision.",
        discussion: """
            Uses eight training samples and 25 elements of each tensor, with the network's initial parameters or those of \
            --initial-weights.

            lockstep gradcheck data/moons.h5 --layers 8,8 --activation tanh
            """)

    @Argument(
        help: "The dataset, an HDF5 file, or a settings file that names the dataset, such as run.yaml.",
        completion: .file())
    var input: String
    @OptionGroup
    var settings: SettingOptions

    func run() throws {
        var settings = settings
        var data: String? = input
        if input.hasSuffix(".yaml") || input.hasSuffix(".yml") {
            guard settings.config == nil else {
                throw ValidationError("--config is another file of settings than \(input)")
            }
            (settings.config, data) = (input, nil)
        }
        let (training, weights) = try TrainingData.withInitialWeights(settings.resolved(data: data))
        let check = try GradientCheck(training.model, training.train, parameters: weights?.parameters)
        try printResult(text(of: check, training.model))
        guard let worst = check.worst, let element = worst.worst else {
            throw Failure(.numerical, "every number was met at a kink, where there is no gradient")
        }
        let parameter = "\(worst.name) [\(position(of: element.index, in: worst.shape))]"
        guard check.agrees else {
            throw Failure(
                .numerical,
                "\(parameter): the gradient is \(element.gradient), differences find \(element.difference)\n"
                    + "  features far from 0 to 1 may do that, see --feature-scale; else it is a bug in lockstep")
        }
        try printResult(
            "\nall agree; the worst is \(parameter), off by \(short(element.error)) where \(short(element.tolerance)) may be"
        )
    }

    private func text(of check: GradientCheck, _ model: Model) -> String {
        var table = TextTable(
            ["tensor", "compared", "at kinks", "worst", "gradient", "difference", "error"],
            alignsRight: [false, true, true, true, true, true, true])
        for tensor in check.tensors {
            table.append(
                [tensor.name, "\(tensor.comparedCount)", "\(tensor.kinkCount)"]
                    + (tensor.worst.map { element in
                        [
                            "[\(position(of: element.index, in: tensor.shape))]",
                            String(format: "%.4e", element.gradient),
                            String(format: "%.4e", element.difference), short(element.error),
                        ]
                    } ?? ["-", "-", "-", "-"]))
        }
        return
            "network  \(model.description)\nsamples  \(check.sampleCount), differences over ±\(GradientCheck.epsilon)\n\n"
            + table.text
    }

    /// The indices of an element: `12, 40`.
    private func position(of index: Int, in shape: [Int]) -> String {
        var (rest, indices) = (index, [Int]())
        for size in shape.reversed() {
            indices.append(rest % size)
            rest /= size
        }
        return indices.reversed().map(String.init).joined(separator: ", ")
    }

    private func short(_ value: Double) -> String { String(format: "%.1e", value) }
}
