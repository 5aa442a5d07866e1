import COneDNN
import CVector
import Dispatch
import Synchronization

/// Floating-point operations a second that the arithmetic units reach on `workerCount` threads: the best of several
/// measurements of some milliseconds, since other processes can only slow them down. nil if the CPU has no instruction
/// for the precision, or has tile instructions (AMX), which are not measured.
package func measuredPeak(_ precision: Precision, workerCount: Int) -> Double? {
    if precision == .bf16 && conednn_multiplies_tiles() { return nil }
    let best = (0..<8).map { _ in measure(precision, workerCount: workerCount) }.max() ?? 0
    return best > 0 ? best : nil
}

private func measure(_ precision: Precision, workerCount: Int) -> Double {
    let operations = AlignedBuffer<Double>(count: workerCount)
    let times = AlignedBuffer<UInt64>(count: 2 * workerCount)
    let ready = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: workerCount) { worker in
        let iterations: Int64 = 400_000
        var sink: Float = 0
        // A barrier, with a limit of 5 ms: there may be fewer threads than workers.
        ready.add(1, ordering: .relaxed)
        let arrival = DispatchTime.now().uptimeNanoseconds
        while ready.load(ordering: .relaxed) < workerCount, DispatchTime.now().uptimeNanoseconds < arrival + 5_000_000 {
        }
        times.view[2 * worker] = DispatchTime.now().uptimeNanoseconds
        operations.view[worker] =
            switch precision {
            case .fp32: cvector_multiply_add(iterations, &sink)
            case .bf16: cvector_dot_bf16(iterations, &sink)
            }
        times.view[2 * worker + 1] = DispatchTime.now().uptimeNanoseconds
    }
    let nanoseconds = (times.view.pointer.max() ?? 0) - (times.view.pointer.min() ?? 0)
    return operations.view.pointer.reduce(0, +) / (Double(nanoseconds) / 1e9)
}
