import Testing

@testable import RunSettings

/// The minibatches and learning rates that are chosen for tables.
@Suite struct TableRecipeTests {
    private func chosen(
        samples: Int, areMeasurements: Bool = false, _ set: (inout Configuration) -> Void = { _ in }
    ) -> Configuration {
        var configuration = Configuration()
        set(&configuration)
        configuration.chooseBatchOfTable(samples: samples)
        configuration.chooseRateOfTable(samples: samples, areMeasurements: areMeasurements)
        return configuration
    }

    @Test(arguments: [(1, 16), (319, 16), (320, 32), (639, 32), (640, 64), (2559, 128), (2560, 256), (1 << 20, 256)])
    func aMinibatchIsATenthOfTheSamplesAtMostAnd16AtLeast(samples: Int, batchSize: Int) {
        #expect(chosen(samples: samples).batchSize == batchSize)
    }

    @Test func theRateIsInProportionToTheMinibatch() {
        #expect(chosen(samples: 100).learningRate == 0.1 * 16 / 256)
        #expect(chosen(samples: 10_000).learningRate == 0.1)
        #expect(chosen(samples: 100, areMeasurements: true).learningRate == 0.05 * 16 / 256)
        #expect(chosen(samples: 10_000, areMeasurements: true).learningRate == 0.01)
        // A minibatch has no more samples than there are.
        #expect(chosen(samples: 64) { $0.batchSize = 4096 }.learningRate == 0.1 * 64 / 256)
    }

    @Test func whatTheUserSaysStays() {
        #expect(chosen(samples: 100) { $0.batchSize = 100 }.batchSize == 100)
        #expect(chosen(samples: 100) { $0.learningRate = 1 }.learningRate == 1)
        #expect(chosen(samples: 100) { $0.optimizer = .adam }.learningRate == nil)
        #expect(chosen(samples: 100) { $0.largeBatch = true }.batchSize == 256)
    }
}
