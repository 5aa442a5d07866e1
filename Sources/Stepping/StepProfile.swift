import Dispatch
import Kernels

/// The workers' time in each phase of training steps. The remainder of their time is waiting at barriers.
package final class StepProfile: Sendable {
    package enum Phase: Int, CaseIterable, Sendable {
        /// Gathering a shard's samples.
        case gather
        case forward
        /// The loss, and the gradients of the layers' outputs.
        case backward
        /// The mean gradients of the parameters over the minibatch.
        case reduce
        case update

        package var name: String { "\(self)" }
    }

    /// Nanoseconds [worker, phase]. Each worker writes to a cache line of its own.
    private let spent: AlignedBuffer<UInt64>
    private let workerCount: Int
    private static let line = 8

    package init(workerCount: Int) {
        precondition(Phase.allCases.count <= Self.line)
        self.workerCount = workerCount
        spent = AlignedBuffer(count: workerCount * Self.line)
    }

    /// Seconds, summed over the workers.
    package func seconds(_ phase: Phase) -> Double {
        (0..<workerCount).reduce(0) { $0 + Double(spent.view[$1 * Self.line + phase.rawValue]) / 1e9 }
    }

    fileprivate func add(_ nanoseconds: UInt64, to phase: Phase, worker: Int) {
        spent.view[worker * Self.line + phase.rawValue] += nanoseconds
    }
}

extension StepProfile? {
    /// Runs `body` and counts its time if there is a profile.
    func measure<Result>(_ phase: StepProfile.Phase, _ worker: Int, _ body: () throws -> Result) rethrows -> Result {
        guard let self else { return try body() }
        let start = DispatchTime.now().uptimeNanoseconds
        defer { self.add(DispatchTime.now().uptimeNanoseconds - start, to: phase, worker: worker) }
        return try body()
    }
}
