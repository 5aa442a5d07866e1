import Kernels
import Optimizers

extension Configuration {
    package func stepsPerEpoch(samples: Int) -> Int { (samples - 1) / minibatchSize + 1 }

    /// Where the schedule ends.
    func stepsOfSchedule(samples: Int) -> Int {
        scheduleSteps ?? stepsPerEpoch(samples: samples).multipliedSaturating(by: epochs)
    }

    package func learningRate(samples: Int) -> LearningRate {
        LearningRate(
            base: initialLearningRate, schedule: schedule, warmupSteps: warmupSteps,
            totalSteps: stepsOfSchedule(samples: samples),
            stepsPerEpoch: stepsPerEpoch(samples: samples))
    }

    /// Writes down when the schedule ends: a run that is given more epochs later stays what it was.
    /// - Throws: `SettingsError.warmupTooLong`, and `.settingDoesNotFit` for an end that the schedule has no use for.
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
