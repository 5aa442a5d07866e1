import Foundation

/// Hidden values of sequences, step by step, or those after the last step alone. s = W x + b and t = U h′ are sums over the input and the hidden values before.
package struct ReferenceRecurrent: ReferenceLayer {
    package enum Cell: Sendable {
        /// h = tanh(s + t)
        case elman
        /// i, f, o = σ(s + t), g = tanh(s + t), c = f c′ + i g, h = o tanh(c)
        case longShortTermMemory
        /// z, r = σ(s + t), n = tanh(s + r (t + d)), h = (1 − z) n + z h′
        case resetAfter
        /// z, r = σ(s + t), n = tanh(s + U (r h′)), h = (1 − z) n + z h′
        case resetBefore
    }

    private let cell: Cell
    private let steps: Int
    private let inputs: Int
    private let units: Int
    private let isReversed: Bool
    private let isLastOnly: Bool
    private let truncation: Int?
    /// Of each row; empty: all have all steps.
    package var lengths: [Int] = []
    /// W [gates · units, inputs], U [gates · units, units], b [gates · units], and d [units] if the cell has it.
    package var tensors: [[Double]]

    /// A layer with all parameters 0.
    package init(
        _ cell: Cell, steps: Int, inputs: Int, units: Int, isReversed: Bool = false, isLastOnly: Bool = false,
        truncation: Int? = nil
    ) {
        (self.cell, self.steps, self.inputs, self.units) = (cell, steps, inputs, units)
        (self.isReversed, self.isLastOnly, self.truncation) = (isReversed, isLastOnly, truncation)
        let gates = cell == .elman ? 1 : cell == .longShortTermMemory ? 4 : 3
        let counts = [gates * units * inputs, gates * units * units, gates * units]
        tensors = (cell == .resetAfter ? counts + [units] : counts).map { Array(repeating: 0, count: $0) }
    }

    package var areWeights: [Bool] { tensors.indices.map { $0 < 2 } }

    /// What one step has made.
    private struct Step {
        /// Of the sequence, from 0.
        let place: Int
        let x: [Double]
        let before: [Double]
        let cellsBefore: [Double]
        /// After their functions, gate by gate.
        var gates: [Double]
        /// t_n + d, for `resetAfter`.
        var recurrent: [Double] = []
        var cells: [Double] = []
        var hidden: [Double] = []
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The sum of one neuron over values, with the rows of a tensor.
    private func sum(_ tensor: Int, _ neuron: Int, _ values: [Double]) -> Double {
        var sum = 0.0
        for (index, value) in values.enumerated() { sum += tensors[tensor][neuron * values.count + index] * value }
        return sum
    }

    /// The steps of a row, in the order of computation.
    private func forward(_ row: [Double], length: Int) -> [Step] {
        var (hidden, cells) = (Array(repeating: 0.0, count: units), Array(repeating: 0.0, count: units))
        return (0..<length).map { index in
            let place = isReversed ? length - 1 - index : index
            let x = Array(row[place * inputs..<(place + 1) * inputs])
            let neurons = tensors[2].count
            let s = (0..<neurons).map { sum(0, $0, x) + tensors[2][$0] }
            let t = (0..<neurons).map { sum(1, $0, hidden) }
            var step = Step(place: place, x: x, before: hidden, cellsBefore: cells, gates: s)
            func gate(_ gate: Int, _ unit: Int) -> Int { gate * units + unit }
            for unit in 0..<units {
                switch cell {
                case .elman: step.gates[unit] = tanh(s[unit] + t[unit])
                case .longShortTermMemory:
                    for index in 0..<4 {
                        let z = s[gate(index, unit)] + t[gate(index, unit)]
                        step.gates[gate(index, unit)] = index == 2 ? tanh(z) : sigmoid(z)
                    }
                case .resetAfter, .resetBefore:
                    for index in 0..<2 {
                        step.gates[gate(index, unit)] = sigmoid(s[gate(index, unit)] + t[gate(index, unit)])
                    }
                }
            }
            switch cell {
            case .elman: step.hidden = step.gates
            case .longShortTermMemory:
                step.cells = (0..<units).map {
                    step.gates[gate(1, $0)] * cells[$0] + step.gates[gate(0, $0)] * step.gates[gate(2, $0)]
                }
                step.hidden = (0..<units).map { step.gates[gate(3, $0)] * tanh(step.cells[$0]) }
                cells = step.cells
            case .resetAfter, .resetBefore:
                if cell == .resetAfter {
                    step.recurrent = (0..<units).map { t[gate(2, $0)] + tensors[3][$0] }
                    for unit in 0..<units {
                        step.gates[gate(2, unit)] = tanh(
                            s[gate(2, unit)] + step.gates[gate(1, unit)] * step.recurrent[unit])
                    }
                } else {
                    let reset = (0..<units).map { step.gates[gate(1, $0)] * hidden[$0] }
                    for unit in 0..<units {
                        step.gates[gate(2, unit)] = tanh(s[gate(2, unit)] + sum(1, gate(2, unit), reset))
                    }
                }
                step.hidden = (0..<units).map { unit in
                    let z = step.gates[unit]
                    return (1 - z) * step.gates[gate(2, unit)] + z * hidden[unit]
                }
            }
            hidden = step.hidden
            return step
        }
    }

    private func length(_ row: Int) -> Int { lengths.isEmpty ? steps : lengths[row] }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        inputs[0].enumerated().map { index, row in
            let made = forward(row, length: length(index))
            if isLastOnly { return made.last?.hidden ?? Array(repeating: 0, count: units) }
            var output = Array(repeating: 0.0, count: steps * units)
            for step in made {
                output.replaceSubrange(step.place * units..<(step.place + 1) * units, with: step.hidden)
            }
            return output
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        var ofTensors = tensors.map { $0.map { _ in 0.0 } }
        let ofInputs = inputs[0].enumerated().map { index, row in
            var ofRow = row.map { _ in 0.0 }
            var (ofHidden, ofCells) = (Array(repeating: 0.0, count: units), Array(repeating: 0.0, count: units))
            for (number, step) in forward(row, length: length(index)).enumerated().reversed() {
                if let truncation, (number + 1) % truncation == 0 {
                    (ofHidden, ofCells) = (ofHidden.map { _ in 0 }, ofCells.map { _ in 0 })
                }
                // Of the last step alone, the others have no gradient of their own.
                let start = isLastOnly ? 0 : step.place * units
                let isRead = !isLastOnly || number == length(index) - 1
                let g = isRead ? Array(gradient[index][start..<start + units]) : ofHidden.map { _ in 0 }
                backward(step, zip(ofHidden, g).map(+), &ofHidden, &ofCells, &ofRow, &ofTensors)
            }
            return ofRow
        }
        return ([ofInputs], ofTensors)
    }

    /// - Parameters:
    ///   - dh: ∂L/∂h of the step.
    ///   - ofHidden: becomes ∂L/∂h′; `ofCells` from ∂L/∂c to ∂L/∂c′.
    private func backward(
        _ step: Step, _ dh: [Double], _ ofHidden: inout [Double], _ ofCells: inout [Double], _ ofRow: inout [Double],
        _ ofTensors: inout [[Double]]
    ) {
        let neurons = tensors[2].count
        func gate(_ gate: Int, _ unit: Int) -> Int { gate * units + unit }
        // ∂L/∂s and ∂L/∂t.
        var (ds, dt) = (Array(repeating: 0.0, count: neurons), Array(repeating: 0.0, count: neurons))
        var direct = Array(repeating: 0.0, count: units)
        for unit in 0..<units {
            let g = (0..<neurons / units).map { step.gates[gate($0, unit)] }
            switch cell {
            case .elman: ds[unit] = dh[unit] * (1 - g[0] * g[0])
            case .longShortTermMemory:
                let squashed = tanh(step.cells[unit])
                let dc = ofCells[unit] + dh[unit] * g[3] * (1 - squashed * squashed)
                ds[gate(0, unit)] = dc * g[2] * g[0] * (1 - g[0])
                ds[gate(1, unit)] = dc * step.cellsBefore[unit] * g[1] * (1 - g[1])
                ds[gate(2, unit)] = dc * g[0] * (1 - g[2] * g[2])
                ds[gate(3, unit)] = dh[unit] * squashed * g[3] * (1 - g[3])
                ofCells[unit] = dc * g[1]
            case .resetAfter, .resetBefore:
                ds[gate(2, unit)] = dh[unit] * (1 - g[0]) * (1 - g[2] * g[2])
                ds[gate(0, unit)] = dh[unit] * (step.before[unit] - g[2]) * g[0] * (1 - g[0])
                direct[unit] = dh[unit] * g[0]
            }
        }
        dt = ds
        /// What the recurrent weights of some neurons multiply.
        var reset = step.before
        if cell == .resetAfter {
            for unit in 0..<units {
                let r = step.gates[gate(1, unit)]
                ds[gate(1, unit)] = ds[gate(2, unit)] * step.recurrent[unit] * r * (1 - r)
                dt[gate(1, unit)] = ds[gate(1, unit)]
                dt[gate(2, unit)] = ds[gate(2, unit)] * r
                ofTensors[3][unit] += dt[gate(2, unit)]
            }
        } else if cell == .resetBefore {
            for unit in 0..<units {
                let r = step.gates[gate(1, unit)]
                reset[unit] = r * step.before[unit]
                // ∂L/∂(r h′)
                let d = (0..<units).reduce(0.0) { $0 + ds[gate(2, $1)] * tensors[1][gate(2, $1) * units + unit] }
                ds[gate(1, unit)] = d * step.before[unit] * r * (1 - r)
                dt[gate(1, unit)] = ds[gate(1, unit)]
                direct[unit] += d * r
            }
        }
        ofHidden = direct
        for neuron in 0..<neurons {
            ofTensors[2][neuron] += ds[neuron]
            for input in 0..<inputs {
                ofTensors[0][neuron * inputs + input] += ds[neuron] * step.x[input]
                ofRow[step.place * inputs + input] += ds[neuron] * tensors[0][neuron * inputs + input]
            }
            let isReset = cell == .resetBefore && neuron >= 2 * units
            for unit in 0..<units {
                ofTensors[1][neuron * units + unit] += dt[neuron] * (isReset ? reset : step.before)[unit]
                if !isReset { ofHidden[unit] += dt[neuron] * tensors[1][neuron * units + unit] }
            }
        }
    }
}
