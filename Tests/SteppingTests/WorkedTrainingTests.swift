import Datasets
import Foundation
import Kernels
import Minibatches
import Models
import Networks
import RunSettings
import Runs
import Stepping
import TestSupport
import Testing

/// Small problems whose outcome is known.
@Suite struct WorkedTrainingTests {
    /// The training of a sigmoid network on one of the files in data/, which have two features and two classes.
    private struct Lesson {
        let data: TrainingData
        let trainer: Trainer

        init(_ file: String, set: (inout Configuration) -> Void) throws {
            var configuration = Configuration()
            configuration.data =
                URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("data/\(file)").path
            configuration.layers = [2]
            configuration.activation = .sigmoid
            configuration.outputActivation = .sigmoid
            configuration.loss = .meanSquaredError
            configuration.shuffle = .none
            configuration.momentum = 0
            configuration.weightDecay = 0
            set(&configuration)
            data = try TrainingData(configuration)
            let model = data.model
            trainer = try Trainer(
                network: model.network, samples: data.train,
                recipe: model.configuration.trainingRecipe(for: model.network, samples: data.train.count),
                workerCount: 2,
                parameters: model.network.initialParameters(seed: configuration.seed))
        }

        /// Trains, and returns the last epoch's mean loss.
        func train(epochs: Int) throws -> Double {
            while trainer.progress.position.epoch < epochs { try trainer.step() }
            return trainer.progress.epochSum.loss / Double(data.train.count)
        }

        func output(_ sample: [Float]) throws -> Float {
            let input = FloatBuffer(count: 2)
            _ = input.view.pointer.update(fromContentsOf: sample)
            let (network, parameters) = (data.model.network, trainer.store.parameters.view)
            let packed = try PackedParameters(network: network, training: false)
            for part in network.parts { packed.pack(part, from: parameters) }
            let pass = try ShardPass(
                network: network, rows: 1, microbatchRows: nil, scratch: PassScratch(network: network))
            let context = ShardContext(
                values: ShardValues(), parameters: parameters, packed: packed, operands: nil, rowsInMicrobatch: 0..<1)
            pass.input(context).copy(from: input.view)
            try pass.forward(context)
            return pass.results(context)[0]
        }
    }

    /// Alice, Bob, Charlie and Diana, one at a time.
    @Test func fourPeopleTeachWhoEmilyAndFrankAre() throws {
        let lesson = try Lesson("people.h5") {
            ($0.batchSize, $0.learningRate, $0.initializer) = (1, 0.1, .normal(standardDeviation: 1))
            $0.seed = 3
        }
        // Half a unit of the one given digit.
        #expect(abs(try lesson.train(epochs: 1) - 0.3) < 0.05)
        #expect(abs(try lesson.train(epochs: 1000) - 0.002) < 0.0005)
        #expect(try lesson.output([-7, -3]) > 0.9)
        #expect(try lesson.output([20, 2]) < 0.1)
    }

    @Test func aNetwork2_2_1LearnsExclusiveOr() throws {
        let lesson = try Lesson("xor.h5") {
            ($0.batchSize, $0.learningRate, $0.momentum) = (4, 0.5, 0.9)
            ($0.activation, $0.seed) = (.tanh, 1)
        }
        #expect(try lesson.train(epochs: 3000) < 0.01)
        #expect(try lesson.output([0, 0]) < 0.5 && lesson.output([1, 1]) < 0.5)
        #expect(try lesson.output([0, 1]) > 0.5 && lesson.output([1, 0]) > 0.5)
    }

    @Test func aSingleNeuronDoesNotLearnExclusiveOr() throws {
        let lesson = try Lesson("xor.h5") {
            ($0.batchSize, $0.learningRate, $0.momentum, $0.layers) = (4, 0.5, 0.9, [])
        }
        // The best outputs are one half for all four.
        #expect(abs(try lesson.train(epochs: 3000) - 0.25) < 1e-3)
    }

    /// All four samples are one minibatch, so that an epoch's count is that of one set of weights.
    @Test(arguments: [("and", 4), ("or", 4), ("xor", 3)])
    func aSinglePerceptronGetsAndAndOrRightButNeverExclusiveOr(function: String, most: Int) throws {
        let lesson = try Lesson("\(function).h5") {
            ($0.batchSize, $0.learningRate, $0.layers) = (4, 0.5, [])
            ($0.loss, $0.outputActivation) = (.perceptron, nil)
        }
        var correct = 0
        for epoch in 1...1000 {
            _ = try lesson.train(epochs: epoch)
            correct = max(correct, lesson.trainer.progress.epochSum.correct)
        }
        #expect(correct == most)
    }
}
