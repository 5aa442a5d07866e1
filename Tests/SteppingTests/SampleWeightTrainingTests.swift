import Datasets
import Kernels
import Models
import Networks
import Reference
import RunSettings
import Runs
import Stepping
import TestSupport
import Testing

/// Training and evaluation of weighted samples.
@Suite struct SampleWeightTrainingTests {
    private static func configuration(_ set: (inout Configuration) -> Void = { _ in }) -> Configuration {
        var configuration = Configuration()
        (configuration.layers, configuration.activation) = ([5], .tanh)
        (configuration.batchSize, configuration.shards, configuration.shuffle) = (8, 3, .none)
        (configuration.learningRate, configuration.momentum, configuration.weightDecay) = (0.02, 0, 0)
        set(&configuration)
        return configuration
    }

    /// Full-batch steps on samples of weights 1, 2 and 3 against steps on samples that are there once, twice and three
    /// times. Both are as far from the reference as the sums of the repeated rows round, and a weighted row's divisor.
    @Test(arguments: Loss.allCases)
    func aSampleOfWeight2IsTheSameSampleTwice(loss: Loss) throws {
        let (count, steps) = (12, 5)
        let configuration = Self.configuration { ($0.loss, $0.batchSize) = (loss, 3 * count) }
        let example = try TrainingCase(LabelKind(for: loss), samples: count, width: 6, configuration: configuration)
        let weights = (0..<count).map { 1 + $0 % 3 }
        let repeated = zip(0..<count, weights).flatMap { Array(repeating: $0, count: $1) }
        let trainers = try [example.samples.weighted(weights.map(Float.init)), example.samples.rows(repeated)].map {
            try Trainer(
                network: example.network, samples: $0, recipe: example.recipe(microbatchSize: nil), workerCount: 2,
                parameters: example.parameters())
        }
        let tolerance = 2 * example.tolerance(steps: steps, rows: repeated.count + 2)
        for _ in 0..<steps {
            let losses = try trainers.map { try $0.step() }
            #expect(abs(losses[0] - losses[1]) <= tolerance * (1 + losses[1]))
        }
        let ends = trainers.map { $0.store.parameters.array }
        #expect(zip(ends[0], ends[1]).allSatisfy { abs(Double($0) - Double($1)) <= tolerance })
        #expect(ends[0] != example.parameters().array)
    }

    /// w − η λ w, once in the first step, of which no sample has a weight.
    @Test(arguments: Loss.allCases)
    func aMinibatchOfWeights0ChangesParametersByTheirDecayAlone(loss: Loss) throws {
        let example = try TrainingCase(
            LabelKind(for: loss), samples: 16, width: 6,
            configuration: Self.configuration { ($0.loss, $0.weightDecay) = (loss, 0.5) })
        let parameters = example.parameters()
        let trainer = try Trainer(
            network: example.network, samples: example.samples.weighted((0..<16).map { $0 < 8 ? 0 : 1 }),
            recipe: example.recipe(microbatchSize: nil), workerCount: 2, parameters: parameters)
        #expect(try trainer.step() == 0)
        let initial = example.parameters()
        for tensor in example.network.layout.tensors {
            let factor: Float = tensor.isWeight ? 1 - 0.02 * 0.5 : 1
            for (was, now) in zip(initial.view.slice(tensor).array, parameters.view.slice(tensor).array) {
                // 1 − η λ, and the product.
                #expect(abs(now - factor * was) <= 2 * .ulpOfOne * abs(was), "\(tensor.name)")
            }
        }
        // The second step has samples that count.
        #expect(try trainer.step() > 0)
    }

    /// Its parts are Σ w l of minibatches of 8, 8, 8, 8 and 5.
    @Test func theEpochsLossIsTheWeightedMeanOfItsSamples() throws {
        let example = try TrainingCase(
            .classes, samples: 37, width: 6, isWeighted: true, configuration: Self.configuration())
        let trainer = try example.trainer(workerCount: 2)
        var sum = 0.0
        for minibatch in example.minibatches(5) {
            sum += try trainer.step() * minibatch.reduce(0) { $0 + example.weights[$1] }
        }
        #expect(abs(trainer.progress.epochSum.loss - sum) <= 1e-12 * sum)
        let metrics = example.data.model.trainingMetrics(of: trainer, on: example.samples)
        let mean = sum / example.weights.reduce(0, +)
        #expect(abs(metrics.trainLoss - mean) <= 1e-12 * mean)
        #expect(metrics.trainAccuracy == Double(trainer.progress.epochSum.correct) / 37)
    }

    /// More samples than one work item of inference has.
    @Test(arguments: Loss.allCases)
    func evaluationIsTheReferencesWeightedMean(loss: Loss) throws {
        let example = try TrainingCase(
            LabelKind(for: loss), samples: 300, width: 6, isWeighted: true,
            configuration: Self.configuration { $0.loss = loss })
        let sum = try Inference(network: example.network, workerCount: 2).evaluate(
            example.samples, parameters: example.parameters())
        let reference = example.reference().network
        let losses = reference.losses(example.features, example.targets)
        let expected = zip(example.weights, losses).reduce(0) { $0 + $1.0 * $1.1 } / example.weights.reduce(0, +)
        // The roundings of logits, which are below 4, and of the loss's functions; slopes are 2 |y − t| or below.
        let roundings = Double(6 + 5 + 2 * 8) * Double(Float.ulpOfOne / 2)
        #expect(abs(sum.loss / example.samples.totalWeight - expected) <= roundings * 4 * (1 + 2 * expected))
    }
}

extension Samples {
    /// These rows of the samples, without weights.
    fileprivate func rows(_ rows: [Int]) -> Samples {
        let floats = FloatBuffer(count: rows.count * features.width)
        for (index, row) in rows.enumerated() {
            features.gather(row..<row + 1, into: floats.view.slice(index * features.width, features.width))
        }
        let targets: Targets
        switch self.targets {
        case .classes(let ids):
            let own = AlignedBuffer<Int32>(count: rows.count)
            for (index, row) in rows.enumerated() { own.view[index] = ids.view[row] }
            targets = .classes(own)
        case .values(let values, let width):
            let own = FloatBuffer(count: rows.count * width)
            for (index, row) in rows.enumerated() {
                own.view.slice(index * width, width).copy(from: values.view.slice(row * width, width))
            }
            targets = .values(own, width: width)
        }
        return Samples(features: FeatureMatrix(floats: floats, sampleShape: [features.width]), targets: targets)
    }
}
