import Networks
import Reference
import Stepping
import TestSupport
import Testing

/// Sums over all samples of a minibatch, and gradients of shards, against the reference in Double: over three shards of each of
/// eight leaves, and over a last minibatch of a leaf and a half.
@Suite struct MeetingTrainingTests {
    @Test func parametersFollowTheReference() throws {
        let steps = 6
        let example = try RankCase(
            "",
            layers: [
                RankCase.dense(20, 33, .tanh), MeanSubtraction(inputShape: [33]), ScaleAndShift(inputShape: [33]),
                RankCase.dense(33, 9, .tanh), ScaleAndShift(inputShape: [9]), MeanSubtraction(inputShape: [9]),
            ]
        ) { ($0.momentum, $0.weightDecay, $0.shuffle) = (0.5, 0.01, .none) }.example()
        let network = example.network
        let trainer = try example.trainer(Alone(), workerCount: 2)
        var reference = ReferenceTrainer(network.reference(parameters: network.initialParameters(seed: 3)))
        (reference.learningRate, reference.momentum, reference.weightDecay) = (0.05, 0.5, 0.01)
        // As `TrainingCase.tolerance`: roundings of the rows' sums, of each layer's, and of functions and update.
        let roundings = network.nodes.reduce(256) { $0 + ($1.layer.inputShape + $1.layer.outputShape).reduce(0, +) + 8 }
        let tolerance = Double(steps * roundings) * Double(Float.ulpOfOne / 2)

        for step in 0..<steps {
            let rows = step % 2 == 0 ? 0..<256 : 256..<304
            let loss = try trainer.step()
            let expected = reference.step(
                rows.map { Array(example.features[20 * $0..<20 * ($0 + 1)]) },
                rows.map { .classID(example.labels[$0]) })
            #expect(abs(loss - expected) <= tolerance * (1 + expected), "step \(step + 1)")
        }
        for (tensor, expected) in zip(network.layout.tensors, reference.network.tensors) {
            let found = trainer.store.parameters.view.slice(tensor).array
            let distance = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(distance <= tolerance, "\(tensor.layer)/\(tensor.name) is \(distance) away")
        }
    }
}
