import CVector
import Dispatch

/// Floating-point operations a second that the arithmetic units reach on so many threads at a time, measured for some
/// twenty milliseconds; nil where the CPU has no instruction for the precision.
public func measuredPeak(_ precision: Precision, workerCount: Int) -> Double? {
    let rates = AlignedBuffer<Double>(count: workerCount)
    DispatchQueue.concurrentPerform(iterations: workerCount) { worker in
        let iterations: Int64 = 1_600_000
        var sink: Float = 0
        let start = DispatchTime.now().uptimeNanoseconds
        let operations =
            switch precision {
            case .fp32: cvector_multiply_add(iterations, &sink)
            case .bf16: cvector_dot_bf16(iterations, &sink)
            }
        rates.view[worker] = operations / (Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }
    let sum = rates.view.pointer.reduce(0, +)
    return sum > 0 ? sum : nil
}
