import Kernels
import Optimizers

extension Configuration {
    /// - Parameter samples: the size of the training split.
    package func stepsPerEpoch(samples: Int) -> Int { (samples - 1) / minibatchSize + 1 }

    /// The length of the schedule in steps.
    func stepsOfSchedule(samples: Int) -> Int {
        scheduleSteps ?? stepsPerEpoch(samples: samples).multipliedSaturating(by: epochs)
    }

    /// The learning-rate schedule.
    package func learningRate(samples: Int) -> LearningRate {
        LearningRate(
            base: initialLearningRate, schedule: schedule, warmupSteps: warmupSteps,
            totalSteps: stepsOfSchedule(samples: samples),
            stepsPerEpoch: stepsPerEpoch(samples: samples))
    }

    /// Fixes the length of the schedule, so that more epochs in a resumed run do not change it.
    /// - Throws: `SettingsError.warmupTooLong`; `.settingDoesNotFit` for a length if the schedule has none.
    package mutating func resolveSchedule(samples: Int) throws(SettingsError) {
        if scheduleSteps != nil && !schedule.hasEnd {
            throw .settingDoesNotFit(
                setting: "scheduleSteps", of: "schedule", value: schedule.description,
                fitting: LearningRateSchedule.formsWithEnd)
        }
        let total = stepsOfSchedule(samples: samples)
        guard warmupSteps < total || warmupSteps == 0 else {
            throw .warmupTooLong(steps: warmupSteps, totalSteps: total)
        }
        if schedule.hasEnd { scheduleSteps = total }
    }
}
