import DurableFiles
import Stepping

/// Training time and samples of the current epoch.
struct EpochClock {
    private let start = ContinuousClock.now
    private let profile: StepProfile?
    private let before: [Double]
    private let workerCount: Int
    var samples = 0

    /// - Parameter profile: of the trainer; nil if it has none.
    init(profile: StepProfile?, workerCount: Int) {
        (self.profile, self.workerCount) = (profile, workerCount)
        before = Self.seconds(profile)
    }

    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// The seconds that a worker has been in each phase since the epoch began, on average: a member of an epoch's line in
    /// metrics.jsonl.
    var phases: [(String, JSON)] {
        guard profile != nil else { return [] }
        let members = zip(StepProfile.Phase.allCases, zip(before, Self.seconds(profile))).map { phase, times in
            (phase.name, JSON.number((times.1 - times.0) / Double(workerCount)))
        }
        return [("phases", .object(members))]
    }

    private static func seconds(_ profile: StepProfile?) -> [Double] {
        StepProfile.Phase.allCases.map { profile?.seconds($0) ?? 0 }
    }
}
