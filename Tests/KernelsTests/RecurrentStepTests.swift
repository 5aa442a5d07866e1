import Foundation
import Kernels
import TestSupport
import Testing

/// One step of each recurrent cell against its formula in Double, and its gradient against finite differences of that.
@Suite struct RecurrentStepTests {
    /// An odd number of units, beyond a register.
    private static let (rows, units) = (3, 37)
    private static var count: Int { rows * units }

    private static func buffer(_ values: [Double]) -> FloatBuffer { FloatBuffer(values.map { Float($0) }) }

    private static func random(_ seed: UInt64, _ count: Int, limit: Float = 2) -> [Double] {
        var random = TestRandom(seed: seed)
        return random.floats(count, limit: limit).map(Double.init)
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The value of a gate for a unit, of values [rows, gates · units].
    private static func gate(_ values: [Double], _ gate: Int, of gates: Int, _ index: Int) -> Double {
        let (row, unit) = index.quotientAndRemainder(dividingBy: units)
        return values[(row * gates + gate) * units + unit]
    }

    /// From far below to far above what a Float tells apart from a function's limit.
    private static let arguments: [Float] =
        (-4000...4000).map { Float($0) / 160 } + [
            0, -0.0, 1e-30, -1e-30, 1e-8, 90, -90, 1e30, -1e30, .infinity, -.infinity,
        ]

    @Test func tanhIsWithinThreeUnitsInTheLastPlace() {
        let step = RecurrentStep(rows: 1, units: Self.arguments.count)
        let (sums, hidden) = (FloatBuffer(Self.arguments), FloatBuffer(count: Self.arguments.count))
        step.elman(sums: sums.view, hidden: hidden.view)
        for (x, y) in zip(Self.arguments, hidden.array) {
            let expected = tanh(Double(x))
            #expect(abs(Double(y) - expected) <= 3 * Double(Float(expected).ulp), "tanh(\(x)) = \(y)")
            #expect(abs(y) <= 1)
        }
    }

    /// With a forget gate of 1 and an input of 0, cells stay 1, and the hidden value is that of the output gate times tanh(1).
    @Test func sigmoidIsWithinThreeUnitsInTheLastPlace() {
        let units = Self.arguments.count
        let zeros = [Float](repeating: -1e30, count: units)
        let sums = FloatBuffer(zeros + [Float](repeating: 1e30, count: units) + zeros + Self.arguments)
        let (cells, hidden, gates) = (
            FloatBuffer([Float](repeating: 1, count: units)), FloatBuffer(count: units), FloatBuffer(count: 4 * units)
        )
        RecurrentStep(rows: 1, units: units).longShortTermMemory(
            sums: sums.view, cellsBefore: cells.view, gates: gates.view, cells: cells.view, hidden: hidden.view)
        for (index, x) in Self.arguments.enumerated() {
            // Below exp(-87), which is no more than 1.6e-38, nothing is smaller.
            let expected = max(Self.sigmoid(Double(x)), Self.sigmoid(-87))
            let found = Double(gates.view[3 * units + index])
            #expect(abs(found - expected) <= 3 * Double(Float(expected).ulp), "sigmoid(\(x)) = \(found)")
        }
    }

    @Test func notANumberStaysSo() {
        let units = 5
        let (sums, hidden) = (FloatBuffer([1, .nan, 2, -1, .nan]), FloatBuffer(count: units))
        RecurrentStep(rows: 1, units: units).elman(sums: sums.view, hidden: hidden.view)
        #expect(hidden.array.map(\.isNaN) == [false, true, false, false, true])
    }

    // MARK: Cells

    private func expectClose(_ found: FloatView, _ expected: [Double], _ name: String) {
        // A handful of roundings of values up to 4, and functions within three units.
        let tolerance = 64 * Double(Float.ulpOfOne)
        for (index, value) in expected.enumerated() {
            #expect(abs(Double(found[index]) - value) <= tolerance * max(1, abs(value)), "\(name) \(index)")
        }
    }

    /// The slopes of Σ weights · outputs in each value of one argument, by central differences in Double.
    private static func slopes(_ values: [Double], _ objective: ([Double]) -> Double) -> [Double] {
        values.indices.map { index in
            var (low, high) = (values, values)
            low[index] -= 1e-6
            high[index] += 1e-6
            return (objective(high) - objective(low)) / 2e-6
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    @Test func longShortTermMemory() {
        let (count, step) = (Self.count, RecurrentStep(rows: Self.rows, units: Self.units))
        let (sums, before) = (Self.random(1, 4 * count), Self.random(2, count))
        func outputs(_ sums: [Double], _ before: [Double]) -> (cells: [Double], hidden: [Double]) {
            let cells = (0..<count).map { index in
                func z(_ gate: Int) -> Double { Self.gate(sums, gate, of: 4, index) }
                return Self.sigmoid(z(1)) * before[index] + Self.sigmoid(z(0)) * tanh(z(2))
            }
            return (cells, (0..<count).map { Self.sigmoid(Self.gate(sums, 3, of: 4, $0)) * tanh(cells[$0]) })
        }
        let (gates, cells, hidden) = (
            FloatBuffer(count: 4 * count), FloatBuffer(count: count), FloatBuffer(count: count)
        )
        let (z, cellsBefore) = (Self.buffer(sums), Self.buffer(before))
        step.longShortTermMemory(
            sums: z.view, cellsBefore: cellsBefore.view, gates: gates.view, cells: cells.view, hidden: hidden.view)
        expectClose(cells.view, outputs(sums, before).cells, "cell")
        expectClose(hidden.view, outputs(sums, before).hidden, "hidden value")

        let (ofHidden, ofCells) = (Self.random(3, count), Self.random(4, count))
        func objective(_ sums: [Double], _ before: [Double]) -> Double {
            let own = outputs(sums, before)
            return Self.dot(own.hidden, ofHidden) + Self.dot(own.cells, ofCells)
        }
        let (hiddenGradient, cellsGradient, sumsGradient) = (
            Self.buffer(ofHidden), Self.buffer(ofCells), FloatBuffer(count: 4 * count)
        )
        step.longShortTermMemoryBackward(
            gates: gates.view, cellsBefore: cellsBefore.view, cells: cells.view, hiddenGradient: hiddenGradient.view,
            cellsGradient: cellsGradient.view, sumsGradient: sumsGradient.view)
        expectClose(sumsGradient.view, Self.slopes(sums) { objective($0, before) }, "gradient of a sum")
        expectClose(cellsGradient.view, Self.slopes(before) { objective(sums, $0) }, "gradient of a cell before")
    }

    @Test func cellsMayLieOverThoseBefore() {
        let (count, step) = (Self.count, RecurrentStep(rows: Self.rows, units: Self.units))
        let (sums, before) = (Self.buffer(Self.random(1, 4 * count)), Self.random(2, count))
        func cells(areOver: Bool) -> [Float] {
            let (cellsBefore, gates, hidden) = (
                Self.buffer(before), FloatBuffer(count: 4 * count), FloatBuffer(count: count)
            )
            let cells = areOver ? cellsBefore : FloatBuffer(count: count)
            step.longShortTermMemory(
                sums: sums.view, cellsBefore: cellsBefore.view, gates: gates.view, cells: cells.view,
                hidden: hidden.view)
            return cells.array
        }
        #expect(cells(areOver: true) == cells(areOver: false))
    }

    @Test func gatedUnit() {
        let (count, step) = (Self.count, RecurrentStep(rows: Self.rows, units: Self.units))
        let (sums, recurrentSums) = (Self.random(5, 3 * count), Self.random(6, 3 * count))
        let (bias, before) = (Self.random(7, Self.units), Self.random(8, count))
        func outputs(_ sums: [Double], _ recurrentSums: [Double], _ before: [Double]) -> [Double] {
            (0..<count).map { index in
                func s(_ gate: Int) -> Double { Self.gate(sums, gate, of: 3, index) }
                func t(_ gate: Int) -> Double { Self.gate(recurrentSums, gate, of: 3, index) }
                let (update, reset) = (Self.sigmoid(s(0) + t(0)), Self.sigmoid(s(1) + t(1)))
                let candidate = tanh(s(2) + reset * (t(2) + bias[index % Self.units]))
                return (1 - update) * candidate + update * before[index]
            }
        }
        let (gates, hidden) = (FloatBuffer(count: 4 * count), FloatBuffer(count: count))
        let (s, t, b, hiddenBefore) = (
            Self.buffer(sums), Self.buffer(recurrentSums), Self.buffer(bias), Self.buffer(before)
        )
        step.gatedUnit(
            sums: s.view, recurrentSums: t.view, bias: b.view, hiddenBefore: hiddenBefore.view, gates: gates.view,
            hidden: hidden.view)
        expectClose(hidden.view, outputs(sums, recurrentSums, before), "hidden value")

        let ofHidden = Self.random(9, count)
        let (hiddenGradient, sumsGradient, recurrentGradient) = (
            Self.buffer(ofHidden), FloatBuffer(count: 3 * count), FloatBuffer(count: 3 * count)
        )
        step.gatedUnitBackward(
            gates: gates.view, hiddenBefore: hiddenBefore.view, hiddenGradient: hiddenGradient.view,
            sumsGradient: sumsGradient.view, recurrentGradient: recurrentGradient.view)
        expectClose(
            sumsGradient.view, Self.slopes(sums) { Self.dot(outputs($0, recurrentSums, before), ofHidden) },
            "gradient of a sum")
        expectClose(
            recurrentGradient.view, Self.slopes(recurrentSums) { Self.dot(outputs(sums, $0, before), ofHidden) },
            "gradient of a recurrent sum")
        expectClose(
            hiddenGradient.view, Self.slopes(before) { Self.dot(outputs(sums, recurrentSums, $0), ofHidden) },
            "gradient of a hidden value before")
    }
}
