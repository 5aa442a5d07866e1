import CVector
import Dispatch

/// Floating-point operations a second that the arithmetic units reach on so many threads at a time, measured for some
/// twenty milliseconds; nil where the CPU has no instruction for the precision.
public func measuredPeak(_ precision: Precision, workerCount: Int) -> Double? {
    let iterations: Int64 = 200_000
    let operations = AlignedBuffer<Double>(count: workerCount)
    let start = DispatchTime.now().uptimeNanoseconds
    DispatchQueue.concurrentPerform(iterations: workerCount) { worker in
        var sink: Float = 0
        for _ in 0..<8 {
            switch precision {
            case .fp32: operations.view[worker] += cvector_multiply_add(iterations, &sink)
            case .bf16: operations.view[worker] += cvector_dot_bf16(iterations, &sink)
            }
        }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    let sum = operations.view.pointer.reduce(0, +)
    return sum > 0 ? sum / seconds : nil
}
