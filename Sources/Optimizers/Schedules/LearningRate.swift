/// The learning rate of each step: W steps of linear warm-up (Goyal et al. 2017), then the schedule. A schedule with an
/// end is stretched over the steps after the warm-up; any other counts from the first step.
package struct LearningRate: Sendable {
    let base: Double
    let schedule: LearningRateSchedule
    let warmupSteps: Int
    let totalSteps: Int
    package let stepsPerEpoch: Int

    package init(
        base: Double, schedule: LearningRateSchedule, warmupSteps: Int, totalSteps: Int, stepsPerEpoch: Int
    ) {
        (self.base, self.schedule, self.warmupSteps) = (base, schedule, warmupSteps)
        (self.totalSteps, self.stepsPerEpoch) = (totalSteps, stepsPerEpoch)
    }

    /// - Parameter step: from 0.
    package func rate(ofStep step: Int) -> Double {
        func scheduled(_ step: Int) -> Double {
            schedule.factor(step: step, total: max(1, totalSteps - warmupSteps), stepsPerEpoch: stepsPerEpoch)
        }
        return step < warmupSteps
            ? base * scheduled(0) * (Double(step + 1) / Double(warmupSteps))
            : base * scheduled(schedule.hasEnd ? step - warmupSteps : step)
    }
}
