import CVector
import Dispatch

/// Floating-point operations a second that the arithmetic units reach on so many threads at a time: the best of several
/// measurements of some milliseconds, since others can only slow them down. nil where the CPU has no instruction for the
/// precision.
public func measuredPeak(_ precision: Precision, workerCount: Int) -> Double? {
    let best = (0..<8).map { _ in measure(precision, workerCount: workerCount) }.max() ?? 0
    return best > 0 ? best : nil
}

private func measure(_ precision: Precision, workerCount: Int) -> Double {
    let rates = AlignedBuffer<Double>(count: workerCount)
    DispatchQueue.concurrentPerform(iterations: workerCount) { worker in
        let iterations: Int64 = 400_000
        var sink: Float = 0
        let start = DispatchTime.now().uptimeNanoseconds
        let operations =
            switch precision {
            case .fp32: cvector_multiply_add(iterations, &sink)
            case .bf16: cvector_dot_bf16(iterations, &sink)
            }
        rates.view[worker] = operations / (Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }
    return rates.view.pointer.reduce(0, +)
}
