import Reference
import TestSupport
import Testing

/// The reference network's gradients against finite differences.
@Suite struct ReferenceNetworkTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var activation: ReferenceActivation
        var outputActivation: ReferenceActivation
        var loss: ReferenceLoss
        var testDescription: String { "\(activation), \(outputActivation) out, \(loss)" }
    }

    static let kinds = ReferenceActivation.allCases.flatMap { activation in
        ReferenceLoss.allCases.flatMap { loss in
            loss.outputActivations.map { Kind(activation: activation, outputActivation: $0, loss: loss) }
        }
    }

    /// A network 4-5-3-3 with random parameters.
    private func network(_ kind: Kind, _ random: inout TestRandom) -> ReferenceNetwork {
        var network = ReferenceNetwork(
            inputs: 4, hiddenWidths: [5, 3], outputs: 3, activation: kind.activation,
            outputActivation: kind.outputActivation, loss: kind.loss)
        network.tensors = network.tensors.map { random.floats($0.count).map(Double.init) }
        return network
    }

    private func target(_ loss: ReferenceLoss, _ random: inout TestRandom) -> ReferenceTarget {
        switch loss {
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber: .values(random.floats(3).map(Double.init))
        case .crossEntropy, .hinge:
            random.integer(below: 2) == 0 ? .classID(random.integer(below: 3)) : .values([0, 1, 0])
        case .divergence: .values([0.5, 0.2, 0.3])
        case .binaryCrossEntropy, .perceptron: .values([0, 1, 0.25])
        }
    }

    @Test(arguments: kinds)
    func itsGradientsAgreeWithCentralDifferences(kind: Kind) {
        var random = TestRandom(seed: 11)
        var checked = 0
        while checked < 3 {
            let network = network(kind, &random)
            let sample = random.floats(4).map(Double.init)
            let target = target(kind.loss, &random)
            guard network.distanceToKink([sample], [target]) > 1e-4 else { continue }
            checked += 1
            let analytic = network.gradients([sample], [target], shares: [1])
            let measured = network.centralDifferences { $0.losses([sample], [target])[0] }
            for (tensor, pair) in zip(analytic, measured).enumerated() {
                for (index, (a, m)) in zip(pair.0, pair.1).enumerated() {
                    #expect(abs(a - m) <= 1e-5 + 1e-3 * abs(m), "tensor \(tensor) [\(index)]")
                }
            }
        }
    }

    @Test func aStepFollowsTheMeanGradientOfTheMinibatch() {
        var random = TestRandom(seed: 12)
        let kind = Kind(activation: .tanh, outputActivation: .identity, loss: .meanSquaredError)
        let network = network(kind, &random)
        let samples = (0..<4).map { _ in random.floats(4).map(Double.init) }
        let targets = (0..<4).map { _ in target(.meanSquaredError, &random) }
        var trainer = ReferenceTrainer(network)
        trainer.learningRate = 1e-6

        // To first order, w − η g changes the mean loss by −η ‖g‖².
        let before = trainer.step(samples, targets)
        let after = trainer.network.losses(samples, targets).reduce(0, +) / 4
        let moved = zip(network.tensors, trainer.network.tensors).flatMap { zip($0, $1).map { $0 - $1 } }
        let squaredNorm = moved.reduce(0) { $0 + $1 * $1 } / 1e-6 / 1e-6
        #expect(squaredNorm > 0.01)
        #expect(abs((before - after) / 1e-6 - squaredNorm) <= 1e-3 * squaredNorm)
    }

    /// One weight of 1, whose gradient is 0 because the sample is, so that only decay and momentum change it.
    @Test func momentumAndDecayFollowTheirFormulas() {
        func weights(_ set: (inout ReferenceTrainer) -> Void) -> [Double] {
            var network = ReferenceNetwork(
                inputs: 1, hiddenWidths: [], outputs: 1, activation: .identity, outputActivation: .identity,
                loss: .meanSquaredError)
            network.tensors = [[1], [0]]
            var trainer = ReferenceTrainer(network)
            trainer.learningRate = 0.5
            trainer.weightDecay = 0.2
            set(&trainer)
            return (0..<2).map { _ in
                trainer.step([[0]], [.values([0])])
                return trainer.network.tensors[0][0]
            }
        }
        func isClose(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-15 } }
        // g = 0.2 w: 1 → 0.9 → 0.81
        #expect(isClose(weights { _ in }, [0.9, 0.81]))
        // v = 0.2, then 0.5 · 0.2 + 0.18 = 0.28: 1 → 0.9 → 0.76
        #expect(isClose(weights { $0.momentum = 0.5 }, [0.9, 0.76]))
        // g + 0.5 v = 0.3; then g = 0.17, v = 0.27 and g + 0.5 v = 0.305: 1 → 0.85 → 0.6975
        #expect(isClose(weights { ($0.momentum, $0.nesterov) = (0.5, true) }, [0.85, 0.6975]))
    }

    @Test func decayLeavesBiasesAloneUnlessAsked() {
        for decayBiases in [false, true] {
            var network = ReferenceNetwork(
                inputs: 1, hiddenWidths: [], outputs: 1, activation: .identity, outputActivation: .identity,
                loss: .meanSquaredError)
            network.tensors = [[1], [2]]
            var trainer = ReferenceTrainer(network)
            (trainer.learningRate, trainer.weightDecay, trainer.decayBiases) = (0.5, 0.5, decayBiases)
            trainer.step([[0]], [.values([2])])
            #expect(trainer.network.tensors == [[0.75], [decayBiases ? 1.5 : 2]])
        }
    }
}
