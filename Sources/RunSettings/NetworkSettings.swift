import Kernels
import Layers
import Networks

extension Configuration {
    /// The network that the settings say.
    /// - Throws: `SettingsError.networkDoesNotFit`, `.dropoutBesideWords`.
    package func network(
        inputShape: [Int], axes: String? = nil, hasLengths: Bool = false, labelsAreOfSteps: Bool = false,
        _ objective: Objective
    ) throws(SettingsError) -> Network {
        let items = try items()
        do {
            return try Network(
                inputShape: inputShape, axes: axes, items: items, activation: activation, objective: objective,
                initializer: initializer, precision: precision, truncation: truncate,
                hasLengths: hasLengths, labelsAreOfSteps: labelsAreOfSteps)
        } catch {
            throw .networkDoesNotFit(error)
        }
    }

    /// Whether the output layer begins with initial weights, so that the labels mean what they mean there.
    package var takesInitialLabels: Bool { initialWeights != nil && (only.isEmpty || only.contains("output")) }

    /// The hidden layers, each with dropout after it if a rate for all of them is set.
    private func items() throws(SettingsError) -> [NetworkItem] {
        guard dropout > 0 else { return layers }
        guard layers.allSatisfy({ $0.width != nil }) else { throw .dropoutBesideWords(layers.shortText) }
        return layers.flatMap { [$0, .dropout(dropout)] }
    }
}
