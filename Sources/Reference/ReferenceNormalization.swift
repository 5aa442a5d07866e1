/// y = activation(γ (x − μ) / √(σ² + ε) + β), in training: with μ and σ² over all values of x that have statistics together. Samples are
/// [places, channels], and γ and β belong to channels.
package struct ReferenceNormalization: ReferenceLayer {
    /// Which values have statistics together.
    package enum Kind: Sendable {
        /// Those of a channel in all samples.
        case batch
        /// Those of some neighbouring channels in one sample.
        case groups(Int)
        /// Those of one place in one sample.
        case places
    }

    private let kind: Kind
    private let channels: Int
    private let epsilon: Double
    private let hasScale: Bool
    private let activation: ReferenceActivation
    /// γ, then β, of those that there are.
    package var tensors: [[Double]]
    package var areWeights: [Bool] { tensors.map { _ in false } }

    package init(
        _ kind: Kind, channels: Int, epsilon: Double, hasScale: Bool, hasShift: Bool, activation: ReferenceActivation
    ) {
        (self.kind, self.channels, self.epsilon) = (kind, channels, epsilon)
        (self.hasScale, self.activation) = (hasScale, activation)
        tensors = Array(repeating: Array(repeating: 0, count: channels), count: [hasScale, hasShift].count { $0 })
    }

    private func scale(_ element: Int) -> Double { hasScale ? tensors[0][element % channels] : 1 }
    private func shift(_ element: Int) -> Double {
        tensors.count > (hasScale ? 1 : 0) ? tensors[tensors.count - 1][element % channels] : 0
    }

    /// The elements that have statistics together: a number for each such set.
    private func set(row: Int, element: Int, width: Int) -> Int {
        switch kind {
        case .batch: element % channels
        case .groups(let count): row * count + element % channels / (channels / count)
        case .places: row * (width / channels) + element / channels
        }
    }

    /// x̂ = (x − μ) / √(σ² + ε), and of each set √(σ² + ε) and the number of its elements.
    private func normalized(
        _ x: ReferenceRows
    ) -> (rows: ReferenceRows, deviations: [Int: Double], counts: [Int: Double]) {
        func mean(_ rows: ReferenceRows) -> (means: [Int: Double], counts: [Int: Double]) {
            var (sums, counts): ([Int: Double], [Int: Double]) = ([:], [:])
            for (row, values) in rows.enumerated() {
                for (element, value) in values.enumerated() {
                    let set = set(row: row, element: element, width: values.count)
                    sums[set, default: 0] += value
                    counts[set, default: 0] += 1
                }
            }
            return (sums.reduce(into: [:]) { $0[$1.key] = $1.value / (counts[$1.key] ?? 1) }, counts)
        }
        func map(_ rows: ReferenceRows, _ body: (_ set: Int, _ value: Double) -> Double) -> ReferenceRows {
            rows.enumerated().map { row, values in
                values.enumerated().map { body(set(row: row, element: $0, width: values.count), $1) }
            }
        }
        let (means, counts) = mean(x)
        let centered = map(x) { $1 - (means[$0] ?? 0) }
        let deviations = mean(map(centered) { $1 * $1 }).means.mapValues { ($0 + epsilon).squareRoot() }
        return (map(centered) { $1 / (deviations[$0] ?? 1) }, deviations, counts)
    }

    private func z(_ normalized: ReferenceRows) -> ReferenceRows {
        normalized.map { row in row.indices.map { scale($0) * row[$0] + shift($0) } }
    }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        z(normalized(inputs[0]).rows).map(activation.apply)
    }

    /// ∂L/∂x = γ / √(σ² + ε) · (g − mean of g − x̂ · mean of g x̂), with the means over γ g.
    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        let (x, deviations, counts) = normalized(inputs[0])
        let delta = zip(z(x), gradient).map(activation.backward)
        var found = (scale: [Double](repeating: 0, count: channels), shift: [Double](repeating: 0, count: channels))
        var (sums, products): ([Int: Double], [Int: Double]) = ([:], [:])
        for (row, values) in delta.enumerated() {
            for (element, g) in values.enumerated() {
                found.scale[element % channels] += g * x[row][element]
                found.shift[element % channels] += g
                let set = set(row: row, element: element, width: values.count)
                sums[set, default: 0] += g * scale(element)
                products[set, default: 0] += g * scale(element) * x[row][element]
            }
        }
        let ofInput = delta.enumerated().map { row, values in
            values.enumerated().map { element, g in
                let set = set(row: row, element: element, width: values.count)
                let (count, deviation) = (counts[set] ?? 1, deviations[set] ?? 1)
                let (sum, product) = (sums[set] ?? 0, products[set] ?? 0)
                return (g * scale(element) - sum / count - x[row][element] * product / count) / deviation
            }
        }
        let hasShift = tensors.count > (hasScale ? 1 : 0)
        return ([ofInput], (hasScale ? [found.scale] : []) + (hasShift ? [found.shift] : []))
    }

    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double {
        activation.distanceToKink(z(normalized(inputs[0]).rows))
    }
}
