import Foundation
import HDF5
import Optimizers
import Testing

/// The rate of each step against PyTorch's, which Fixtures/record_schedules.py recorded.
@Suite struct LearningRateScheduleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let schedule: String
        var warmupSteps = 0
        var testDescription: String { "\(name): \(schedule)" }
    }

    /// An epoch has 10 steps.
    static let cases = [
        Case(name: "constant", schedule: "constant"),
        Case(name: "step", schedule: "step:30,0.5"),
        Case(name: "step", schedule: "step:3epochs,0.5"),
        Case(name: "multi-step", schedule: "multi-step:20,7epochs,0.1"),
        Case(name: "exponential", schedule: "exponential:0.97,1"),
        Case(name: "cosine", schedule: "cosine:0.1"),
        Case(name: "one-cycle", schedule: "one-cycle"),
        Case(name: "polynomial", schedule: "polynomial:2"),
        Case(name: "warm-up", schedule: "constant", warmupSteps: 10),
        Case(name: "warm-up-cosine", schedule: "cosine", warmupSteps: 25),
    ]

    private func rates(_ schedule: LearningRateSchedule, warmupSteps: Int = 0, count: Int = 100) -> [Double] {
        let rate = LearningRate(
            base: 0.2, schedule: schedule, warmupSteps: warmupSteps, totalSteps: 100, stepsPerEpoch: 10)
        return (0..<count).map(rate.rate)
    }

    @Test(arguments: cases)
    func theRateOfEachStepIsPyTorchs(example: Case) throws {
        let url = try #require(Bundle.module.url(forResource: "schedules", withExtension: "h5"))
        let expected = try File.open(url.path).root.dataset(example.name).read(as: Double.self)
        let schedule = try #require(LearningRateSchedule(example.schedule))
        for (step, pair) in zip(rates(schedule, warmupSteps: example.warmupSteps), expected).enumerated() {
            #expect(abs(pair.0 - pair.1) <= 1e-6 * 0.2, "step \(step): \(pair.0), not \(pair.1)")
        }
    }

    @Test func exponentialDecayIsByItsSpan() throws {
        let found = rates(try #require(LearningRateSchedule("exponential:0.5,2epochs")))
        #expect(abs(found[20] - 0.1) < 1e-12 && abs(found[60] - 0.025) < 1e-12)
    }

    /// A resumed run may have more epochs than the schedule.
    @Test(arguments: ["cosine:0.1", "one-cycle", "polynomial:1,0.1"])
    func afterItsEndTheRateStays(text: String) throws {
        let found = rates(try #require(LearningRateSchedule(text)), count: 200)
        #expect(Set(found[101...]).count == 1 && found[150] >= 0)
        #expect(found[150] <= found[99])
    }

    @Test(arguments: [
        "constant", "step:30,0.5", "step:1epoch,0.5", "multi-step:20,7epochs,0.1", "exponential:0.97,1", "cosine",
        "cosine:0.1", "one-cycle:0.3", "polynomial:2.0,0.0",
    ])
    func textAndScheduleAreTheSameThing(text: String) {
        #expect(LearningRateSchedule(text)?.description == text)
    }

    @Test(arguments: [
        "", "cosin", "constant:1", "step", "step:30", "step:0,0.5", "step:30,0", "step:30,2", "step:30,0.5,1",
        "multi-step:0.1", "multi-step:a,0.1", "exponential:0.9", "cosine:2", "cosine:", "one-cycle:0", "polynomial",
        "polynomial:0", "polynomial:1,2", "step:3minutes,0.1",
    ])
    func otherTextIsRefused(text: String) {
        #expect(LearningRateSchedule(text) == nil)
    }
}
