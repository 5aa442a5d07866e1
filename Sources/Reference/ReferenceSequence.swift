/// A layer whose output is a sequence [steps, channels] of which each row has so many steps, and zeros after them.
package struct ReferencePadded: ReferenceLayer {
    private var layer: any ReferenceLayer
    private let steps: Int
    private let outputLengths: [Int]

    /// - Parameters:
    ///   - lengths: of the input's rows.
    ///   - outputLengths: of the output's.
    package init(_ layer: any ReferenceLayer, steps: Int, lengths: [Int], outputLengths: [Int]) {
        (self.layer, self.steps, self.outputLengths) = (layer, steps, outputLengths)
        self.layer.lengths = lengths
    }

    package var tensors: [[Double]] {
        get { layer.tensors }
        set { layer.tensors = newValue }
    }
    package var areWeights: [Bool] { layer.areWeights }

    private func cut(_ rows: ReferenceRows) -> ReferenceRows {
        zip(rows, outputLengths).map { row, length in
            let end = length * row.count / steps
            return row[..<end] + Array(repeating: 0, count: row.count - end)
        }
    }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { cut(layer.outputs(inputs)) }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) { layer.gradients(inputs, cut(gradient)) }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { layer.distanceToKink(inputs) }
}

/// The same layer on each step of a sequence, [steps, inputs] to [steps, outputs].
package struct ReferenceEachStep: ReferenceLayer {
    private var layer: any ReferenceLayer
    private let steps: Int

    package init(_ layer: any ReferenceLayer, steps: Int) { (self.layer, self.steps) = (layer, steps) }

    package var tensors: [[Double]] {
        get { layer.tensors }
        set { layer.tensors = newValue }
    }
    package var areWeights: [Bool] { layer.areWeights }

    private func divided(_ rows: ReferenceRows) -> ReferenceRows {
        rows.flatMap { row in
            let width = row.count / steps
            return (0..<steps).map { Array(row[$0 * width..<($0 + 1) * width]) }
        }
    }

    private func joined(_ rows: ReferenceRows) -> ReferenceRows {
        stride(from: 0, to: rows.count, by: steps).map { Array(rows[$0..<$0 + steps].joined()) }
    }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { joined(layer.outputs(inputs.map(divided))) }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        let found = layer.gradients(inputs.map(divided), divided(gradient))
        return (found.inputs.map(joined), found.tensors)
    }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double { layer.distanceToKink(inputs.map(divided)) }
}

/// One row of the steps of a sequence [steps, channels]: each channel's mean or maximum.
package struct ReferenceStepReduction: ReferenceLayer {
    package enum Kind: Sendable { case mean, max }

    private let kind: Kind
    private let steps: Int
    private let channels: Int
    /// Of each row; empty: all have all steps.
    package var lengths: [Int] = []

    package init(_ kind: Kind, steps: Int, channels: Int) {
        (self.kind, self.steps, self.channels) = (kind, steps, channels)
    }

    private func length(_ row: Int) -> Int { lengths.isEmpty ? steps : lengths[row] }

    /// The share of each step in the output of a channel.
    private func shares(_ row: [Double], _ index: Int, _ channel: Int) -> [Double] {
        let length = length(index)
        var shares = Array(repeating: 0.0, count: steps)
        guard length > 0 else { return shares }
        switch kind {
        case .mean: for step in 0..<length { shares[step] = 1 / Double(length) }
        case .max:
            var best = 0
            for step in 1..<length where row[step * channels + channel] > row[best * channels + channel] { best = step }
            shares[best] = 1
        }
        return shares
    }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        inputs[0].enumerated().map { index, row in
            (0..<channels).map { channel in
                shares(row, index, channel).enumerated().reduce(0) {
                    $0 + $1.element * row[$1.offset * channels + channel]
                }
            }
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        let ofInputs = inputs[0].enumerated().map { index, row in
            var ofRow = row.map { _ in 0.0 }
            for channel in 0..<channels {
                for (step, share) in shares(row, index, channel).enumerated() {
                    ofRow[step * channels + channel] = share * gradient[index][channel]
                }
            }
            return ofRow
        }
        return ([ofInputs], [])
    }

    /// Half the distance of a maximum to the next value.
    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double {
        guard kind == .max else { return .infinity }
        var distance = Double.infinity
        for (index, row) in inputs[0].enumerated() {
            for channel in 0..<channels {
                let values = (0..<length(index)).map { row[$0 * channels + channel] }.sorted()
                if values.count > 1 {
                    distance = min(distance, (values[values.count - 1] - values[values.count - 2]) / 2)
                }
            }
        }
        return distance
    }
}

/// The channels of two values side by side, step by step.
package struct ReferenceConcatenation: ReferenceLayer {
    private let channels: Int

    package init(channels: Int) { self.channels = channels }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        zip(inputs[0], inputs[1]).map { first, second in
            stride(from: 0, to: first.count, by: channels).flatMap {
                first[$0..<$0 + channels] + second[$0..<$0 + channels]
            }
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        func half(_ offset: Int) -> ReferenceRows {
            gradient.map { row in
                stride(from: offset, to: row.count, by: 2 * channels).flatMap { row[$0..<$0 + channels] }
            }
        }
        return ([half(0), half(channels)], [])
    }
}

/// The row of a table for each id, [steps] to [steps, size].
package struct ReferenceEmbedding: ReferenceLayer {
    private let size: Int
    /// An id whose row is 0 and stays so.
    private let padding: Int?
    /// [entries, size]
    package var tensors: [[Double]]

    /// A table of zeros.
    package init(entries: Int, size: Int, padding: Int?) {
        (self.size, self.padding) = (size, padding)
        tensors = [Array(repeating: 0, count: entries * size)]
    }

    package var areWeights: [Bool] { [true] }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        inputs[0].map { ids in
            ids.flatMap { id in
                Int(id) == padding
                    ? Array(repeating: 0, count: size) : Array(tensors[0][Int(id) * size..<Int(id + 1) * size])
            }
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        var ofTable = tensors[0].map { _ in 0.0 }
        for (ids, gradient) in zip(inputs[0], gradient) {
            for (place, id) in ids.enumerated() where Int(id) != padding {
                for element in 0..<size { ofTable[Int(id) * size + element] += gradient[place * size + element] }
            }
        }
        // Ids have no derivative.
        return ([inputs[0].map { $0.map { _ in 0 } }], [ofTable])
    }
}
