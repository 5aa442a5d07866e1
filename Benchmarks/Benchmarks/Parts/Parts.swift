import Benchmark
import Kernels

/// Timings of the parts of a step, each alone on one core, and of checkpoints.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock], warmupIterations: 3, maxDuration: .seconds(2))
    multiplications()
    packing()
    updates()
    loading()
    checkpoints()
}

/// The three products of a dense layer 784-512: forward and input gradient for a shard of 64 rows, and the weight
/// gradient of a part of 64 outputs over a minibatch of 1024.
private func multiplications() {
    let products = [("forward", 64, 512, 784), ("input gradient", 64, 784, 512), ("weight gradient", 64, 784, 1024)]
    for precision in Precision.allCases {
        let format = OperandFormat(precision)
        for (name, rows, columns, inner) in products {
            Benchmark("matmul \(name) \(rows)×\(columns)×\(inner), \(precision)") { benchmark in
                let right = RightOperand(
                    inner: inner, columns: columns, format: format, keepsRows: name == "weight gradient")
                let multiply = try MatrixMultiply(rows: rows, right: right)
                let leftValues = OperandBuffer(count: rows * inner, format: format)
                let rightValues = OperandBuffer(count: right.count, format: format)
                let result = FloatBuffer(count: rows * columns)
                let scratchpad = FloatBuffer(count: multiply.scratchpadCount)
                benchmark.startMeasurement()
                for _ in benchmark.scaledIterations {
                    try multiply.run(leftValues.view, rightValues.view, into: result.view, scratchpad: scratchpad.view)
                }
            }
        }
    }
}

/// Packing 64 rows of 512 floats into a right operand, and transposing them into a left one.
private func packing() {
    let (rows, columns, minibatch) = (64, 512, 1024)
    for precision in Precision.allCases {
        let format = OperandFormat(precision)
        Benchmark("pack rows, \(precision)", configuration: .init(scalingFactor: .kilo)) { benchmark in
            let right = RightOperand(inner: minibatch, columns: columns, format: format)
            let (source, packed) = (
                FloatBuffer(count: rows * columns), OperandBuffer(count: right.count, format: format)
            )
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { right.pack(rows: 0..<rows, source.view, into: packed.view) }
        }
        Benchmark("transpose, \(precision)", configuration: .init(scalingFactor: .kilo)) { benchmark in
            let source = FloatBuffer(count: rows * columns)
            let turned = OperandBuffer(count: columns * minibatch, format: format)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                transpose(source.view, into: turned.view, width: minibatch, columns: 0..<rows)
            }
        }
    }
}

/// The update of 8,192 parameters, which fit the cache.
private func updates() {
    Benchmark("update with momentum", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let buffers = (0..<3).map { _ in FloatBuffer(count: 8192) }
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            updateSGD(
                parameters: buffers[0].view, gradient: buffers[1].view, velocity: buffers[2].view,
                learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4, nesterov: false)
        }
    }
}
