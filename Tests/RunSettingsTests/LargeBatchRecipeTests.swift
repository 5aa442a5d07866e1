import RunSettings
import Testing

/// The settings that `--large-batch` chooses for 60,000 samples and 30 epochs.
@Suite struct LargeBatchRecipeTests {
    private func recipe(_ batchSize: Int, _ set: (inout Configuration) throws -> Void = { _ in }) throws
        -> LargeBatchRecipe
    {
        var configuration = Configuration()
        (configuration.batchSize, configuration.epochs) = (batchSize, 30)
        try set(&configuration)
        return LargeBatchRecipe(configuration, samples: 60_000)
    }

    /// Linear scaling (Goyal et al. 2017): k times the batch size, k times the learning rate.
    @Test(arguments: [(64, 0.025), (256, 0.1), (512, 0.2), (1024, 0.4)])
    func theLearningRateOfSGDGrowsWithTheBatch(batchSize: Int, rate: Double) throws {
        let recipe = try recipe(batchSize)
        #expect(recipe.optimizer == .sgd && recipe.learningRate == rate)
        #expect(recipe.schedule == .cosine(end: 0) && recipe.warmupSteps == recipe.steps / 10)
    }

    /// Learning rates 0.22 / √(30 · 15), 0.22 / √(30 · 8), 0.22 / √(30 · 4).
    @Test(arguments: [(4096, 450, 0.010371), (8192, 240, 0.014201), (16384, 120, 0.020083)])
    func lambIsChosenAboveFourTimesTheBase(batchSize: Int, steps: Int, rate: Double) throws {
        let recipe = try recipe(batchSize)
        #expect(recipe.optimizer == .lamb && recipe.beta2 == 0.95)
        #expect(recipe.steps == steps && recipe.learningRate == rate && recipe.warmupSteps == steps / 10)
    }

    @Test func aBatchIsLimitedByTheSampleCount() throws {
        #expect(try recipe(1_000_000).batchSize == 60_000)
        #expect(try recipe(1024) { $0.accumulate = 4 } == recipe(4096))
    }

    @Test func specifiedSettingsAreKept() throws {
        #expect(try recipe(4096) { $0.momentum = 0.8 }.optimizer == .sgd)
        #expect(try recipe(4096) { $0.nesterov = true }.optimizer == .sgd)
        let lars = try recipe(4096) { ($0.optimizer, $0.learningRate) = (.lars, 2) }
        #expect(lars.optimizer == .lars && lars.learningRate == 2)
        #expect(try recipe(4096) { $0.warmupSteps = 7 }.warmupSteps == 7)
        #expect(
            try recipe(4096) { $0.schedule = .polynomial(power: 2, end: 0) }.schedule == .polynomial(power: 2, end: 0))
        #expect(try recipe(4096) { $0.beta2 = 0.99 }.beta2 == 0.99)
        // A resumed run with more epochs keeps the settings that were chosen at its beginning.
        #expect(try recipe(4096) { ($0.epochs, $0.scheduleSteps) = (60, 450) } == recipe(4096))
    }

    /// A given learning rate without an optimizer implies gradient descent.
    @Test func aSpecifiedLearningRateImpliesSGD() throws {
        let recipe = try recipe(4096) { $0.learningRate = 0.1 }
        #expect(recipe.optimizer == .sgd && recipe.learningRate == 0.1)
    }

    /// Given defaults are kept: --optimizer sgd --schedule constant --warmup-steps 0 --beta2 0.999.
    @Test func specifiedDefaultsAreKept() throws {
        func saying(_ key: String, _ text: String) throws -> LargeBatchRecipe {
            try recipe(4096) { try $0.specify(try #require(Setting.named(key)), text) }
        }
        #expect(try saying("optimizer", "sgd").optimizer == .sgd)
        #expect(try saying("schedule", "constant").schedule == .constant)
        #expect(try saying("warmupSteps", "0").warmupSteps == 0)
        #expect(try saying("beta2", "0.999").beta2 == 0.999)
        // "auto" is the same as no value.
        #expect(try saying("learningRate", "auto") == recipe(4096))
    }

    @Test func chosenSettingsAreStored() throws {
        var configuration = Configuration()
        (configuration.batchSize, configuration.largeBatch) = (4096, true)
        let recipe = LargeBatchRecipe(configuration, samples: 60_000)
        recipe.apply(to: &configuration)
        #expect(configuration.optimizer == .lamb && configuration.beta2 == 0.95)
        #expect(configuration.learningRate == recipe.learningRate && configuration.warmupSteps == 15)
        #expect(configuration.schedule == .cosine(end: 0))
    }
}
