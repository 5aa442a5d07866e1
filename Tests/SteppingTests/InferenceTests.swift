import Datasets
import Kernels
import Networks
import Stepping
import Testing

@Suite struct InferenceTests {
    /// With one row an item, and a share told after each 32 items of both workers.
    @Test func aRowByItselfHasTheOutputsThatItHasAmongOthers() throws {
        let network = try WorkerCountTests.example(WorkerCountTests.all[0]).network
        let (rows, width) = (100, network.inputShape.reduce(1, *))
        let values = FloatBuffer(count: rows * width)
        for index in 0..<values.count { values.view[index] = Float((index * 37) % 101) / 50 - 1 }
        let parameters = network.initialParameters(seed: 1)
        let inference = try Inference(network: network, workerCount: 2, rowsPerItem: 1)
        func outputs(of rows: Range<Int>, advance: (Double) -> Void = { _ in }) throws -> [UInt32] {
            let part = FloatBuffer(count: rows.count * width)
            part.view.copy(from: values.view.slice(rows.lowerBound * width, rows.count * width))
            return try inference.outputs(
                of: FeatureMatrix(floats: part, sampleShape: network.inputShape), parameters: parameters,
                advance: advance
            ).array.map(\.bitPattern)
        }
        var shares: [Double] = []
        let all = try outputs(of: 0..<rows) { shares.append($0) }
        #expect(shares == [0.64, 1])
        for row in 0..<rows {
            let own = try outputs(of: row..<row + 1)
            #expect(own == Array(all[row * own.count..<(row + 1) * own.count]), "\(row)")
        }
    }
}
