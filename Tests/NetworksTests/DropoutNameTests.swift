import Kernels
import Layers
import Networks
import RecurrentLayers
import TestSupport
import Testing

/// Which random numbers a dropout layer has.
@Suite struct DropoutNameTests {
    private let randomness = PassRandomness(seed: 5, step: 9, firstRow: 3)

    /// The masks of a network's dropout layers, for 7 rows of 20 columns.
    private func masks(_ layers: String, _ randomness: PassRandomness? = nil) throws -> [[Float]] {
        let network = try Network(
            inputShape: [20], items: NetworkReader.all.items(of: layers), activation: .relu,
            objective: Objective(loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 2))
        return network.nodes.compactMap { $0.layer as? Dropout }.map {
            factors($0.mask(randomness ?? self.randomness))
        }
    }

    private func factors(_ mask: DropoutMask) -> [Float] {
        (0..<7).flatMap { row in (0..<20).map { mask.factor(row: row, column: $0) } }
    }

    /// As in networks before layers had names.
    @Test(arguments: ["dropout 0.4, 20, dropout 0.4", "20, residual [dropout 0.4, 20], 30, dropout 0.4"])
    func layersWithoutNamesHaveTheStreamsOfTheirPlaces(layers: String) throws {
        let expected = (0..<2).map { place in
            factors(
                DropoutMask(
                    rate: 0.4, random: Philox(seed: 5, purpose: .dropout, stream: 9, layer: place), firstRow: 3))
        }
        #expect(try masks(layers) == expected)
        #expect(expected[0] != expected[1])
    }

    /// Others may come before it, or go.
    @Test func aNamedLayersMaskFollowsItsName() throws {
        let alone = try masks("20, dropout 0.4 name=late")
        #expect(try masks("dropout 0.4 name=late, 20, 20") == alone)
        #expect(try masks("dropout 0.4, 20, residual [20, dropout 0.4 name=late], dropout 0.4")[1] == alone[0])
        #expect(try masks("dropout 0.4 name=early, 8, dropout 0.4 name=late")[1] == alone[0])
    }

    @Test func everyNameSeedAndStepHasItsOwnMask() throws {
        var all = try masks(
            "dropout 0.4, dropout 0.4, dropout 0.4 name=a, dropout 0.4 name=b, dropout 0.4 name=ab, "
                + "dropout 0.4 name=ba, dropout 0.4 name=residual1")
        all += try masks("dropout 0.4 name=a", PassRandomness(seed: 6, step: 9, firstRow: 3))
        all += try masks("dropout 0.4 name=a", PassRandomness(seed: 5, step: 10, firstRow: 3))
        all += try masks("dropout 0.4 name=a", PassRandomness(seed: 5, step: 9, firstRow: 10))
        #expect(all.count == 10 && Set(all).count == 10)
    }

    /// A name leaves the share of dropped elements as it is: within five standard deviations of 140 draws.
    @Test func aNamedLayerDropsItsShare() throws {
        let dropped = try masks("dropout 0.4 name=a")[0].count { $0 == 0 }
        #expect(abs(Double(dropped) - 56) < 5 * (140 * 0.4 * 0.6).squareRoot())
    }
}
