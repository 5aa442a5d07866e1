import Kernels
import Networks
import RunSettings
import Runs

extension TrainingRun.Summary {
    /// What in the settings of a run may keep it from learning.
    package var warnings: [String] {
        [constantWarning, flatWarning, warmupWarning, precisionWarning].compactMap(\.self)
    }

    private var configuration: Configuration { model.configuration }

    private var constantWarning: String? {
        let hasHiddenWeights = model.network.nodes.dropLast().contains { $0.layer.tensors.contains(where: \.isWeight) }
        guard let initializer = configuration.initializer, initializer.isConstant, hasHiddenWeights else { return nil }
        return "with --initializer \(initializer) all neurons of a layer begin alike, get the same gradient, and stay "
            + "alike\n  a hidden layer then learns no more than one neuron; any random initializer will do"
    }

    private var flatWarning: String? {
        let objective = model.network.objective
        let flat = [Activation.step, .sign]
        guard
            model.network.hiddenActivations.contains(where: flat.contains)
                || flat.contains(objective.outputActivation) && !objective.loss.isFused
        else { return nil }
        return "step and sign are flat: their slope is 0, and no layer before them learns\n"
            + "  tanh and sigmoid are their smooth forms; one perceptron learns with --loss perceptron"
    }

    private var warmupWarning: String? {
        guard configuration.warmupSteps > totalSteps else { return nil }
        return "--max-steps \(grouped(totalSteps)) ends the run within its \(grouped(configuration.warmupSteps)) "
            + "steps of warm-up"
    }

    private var precisionWarning: String? {
        guard !configuration.precision.isNative else { return nil }
        return "this CPU has no instructions for bf16: operands are rounded to it, and multiplied as fp32\n"
            + "  the results are as good, but a step takes a little longer than with --precision fp32"
    }
}
