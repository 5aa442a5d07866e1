import Benchmark
import Kernels

/// Timings of the parts of a step, each alone on one core, and of the step as a whole.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock], warmupIterations: 3, maxDuration: .seconds(2))
    multiplications()
    updates()
    steps()
}

/// The three products of a dense layer, for a shard of 128 rows: forward, weight gradient, input gradient.
private func multiplications() {
    let (rows, inputs, outputs) = (128, 784, 512)
    let products: [(String, Int, Int, Int, MatrixMultiply.Transposed)] = [
        ("forward", rows, outputs, inputs, .right), ("weight gradient", outputs, inputs, rows, .left),
        ("input gradient", rows, inputs, outputs, .none),
    ]
    for (name, rows, columns, inner, transposed) in products {
        Benchmark("matmul \(name) \(rows)×\(columns)×\(inner)") { benchmark in
            let multiply = try MatrixMultiply(rows: rows, columns: columns, inner: inner, transposed: transposed)
            let left = FloatBuffer(count: rows * inner)
            let right = FloatBuffer(count: inner * columns)
            let result = FloatBuffer(count: rows * columns)
            let scratchpad = FloatBuffer(count: multiply.scratchpadCount)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                try multiply.run(left.view, right.view, into: result.view, scratchpad: scratchpad.view)
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
