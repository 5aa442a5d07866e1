import Kernels
import Layers
import Networks
import RecurrentLayers
import Reference
import TestSupport
import Testing

/// Recurrent layers against their reference, and the reference against finite differences.
@Suite struct RecurrentTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var layers: String
        var shape = [11, 3]
        var truncation: Int?
        var testDescription: String { "\(layers) of \(shape)" + (truncation.map { ", truncated after \($0)" } ?? "") }

        /// Nine samples with three outputs.
        func network(_ precision: Precision = .fp32) throws -> Network {
            try Network(
                inputShape: shape, axes: "TC", items: NetworkReader.all.items(of: layers), activation: .tanh,
                objective: Objective(
                    loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3),
                precision: precision, truncation: truncation)
        }
    }

    static let all = [
        // Widths around the vectors' 16, and numbers of gates that parts of 64 neurons cut.
        Example(layers: "rnn 1"), Example(layers: "rnn 17"), Example(layers: "lstm 5"), Example(layers: "lstm 33"),
        Example(layers: "gru 5"), Example(layers: "gru 27"), Example(layers: "gru 5 reset=before"),
        Example(layers: "gru 27 reset=before"),
        Example(layers: "rnn 4", shape: [1, 1]), Example(layers: "lstm 4", shape: [1, 2]),
        Example(layers: "gru 4 reset=before", shape: [2, 40]),
        Example(layers: "lstm 6 bidirectional=yes"), Example(layers: "gru 6 bidirectional=yes returns=mean"),
        Example(layers: "rnn 6 bidirectional=yes returns=max"), Example(layers: "gru 4 layers=3 returns=mean"),
        Example(layers: "gru 4 layers=2 reset=before bidirectional=yes"),
        Example(layers: "lstm 6 returns=sequence, flatten"), Example(layers: "dense 5, lstm 4, dense 6, rnn 3"),
        Example(layers: "lstm 5 returns=mean, 8"), Example(layers: "rnn 3, residual [gru 3, dense 3], rnn 4"),
        Example(layers: "rnn 6, layer-norm, conv 5 3, gru 4"),
        Example(layers: "gru 5, conv 4 3 stride=2, global-average-pool"),
        Example(layers: "rnn 6", truncation: 4), Example(layers: "lstm 6 returns=mean", truncation: 3),
        Example(layers: "gru 6 bidirectional=yes layers=2", truncation: 1),
        Example(layers: "gru 6 reset=before returns=max", truncation: 5),
    ]

    /// Of nine samples of up to 11 steps; one has none.
    static let lengths = [4, 11, 0, 1, 10, 11, 2, 7, 4]

    @Test(arguments: all)
    func passesAreTheReferences(example: Example) throws {
        // Sums of some 40 terms for each of 11 steps and layer, and functions of their errors.
        try LayerExample(network: example.network(), rows: 9, limit: 0.5).expectTheReferencesGradients(within: 2e-5)
    }

    @Test(arguments: all)
    func ofSequencesOfDifferentLengthsTheyAre(example: Example) throws {
        let lengths = Self.lengths.map { min($0, example.shape[0]) }
        try LayerExample(network: example.network(), rows: 9, lengths: lengths, limit: 0.5)
            .expectTheReferencesGradients(within: 2e-5)
    }

    @Test(arguments: all.filter { $0.truncation == nil })
    func theReferencesGradientsOfThoseAreItsDifferences(example: Example) throws {
        try LayerExample(
            network: example.network(), rows: 3, lengths: [0, 1, example.shape[0] / 2], limit: 0.5
        )
        .expectTheReferencesDifferences()
    }

    @Test(arguments: all)
    func withBFloat16TheyAreAsFarFromItAsItsRoundings(example: Example) throws {
        try LayerExample(network: example.network(.bf16), rows: 9, limit: 0.5).expectTheReferencesGradients(within: 0.1)
    }

    @Test(arguments: all.filter { $0.truncation == nil })
    func theReferencesGradientsAreItsDifferences(example: Example) throws {
        try LayerExample(network: example.network(), rows: 3, limit: 0.5).expectTheReferencesDifferences()
    }

    @Test func initialWeightsAreOrthogonalInEachGateAndTheForgetGateIsOpen() throws {
        let network = try Example(layers: "lstm 9").network()
        let parameters = network.initialParameters(seed: 3)
        let tensors = network.layout.tensors
        let recurrent = parameters.view.slice(tensors[1]).array.map(Double.init)
        for gate in 0..<4 {
            let rows = (0..<9).map { Array(recurrent[(gate * 9 + $0) * 9..<(gate * 9 + $0 + 1) * 9]) }
            for first in rows.indices {
                for second in rows.indices {
                    let product = zip(rows[first], rows[second]).reduce(0) { $0 + $1.0 * $1.1 }
                    #expect(abs(product - (first == second ? 1 : 0)) < 1e-6)
                }
            }
        }
        let first = recurrent[0..<81]
        #expect(first != recurrent[81..<162], "gates have numbers of their own")
        let bias = parameters.view.slice(tensors[2]).array
        #expect(bias == (0..<36).map { (9..<18).contains($0) ? 1 : 0 })
        withExtendedLifetime(parameters) {}
    }
}
