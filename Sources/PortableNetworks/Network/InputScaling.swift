import Datasets

/// How the raw values of a file become the inputs of a network: input = (raw − shift) · factor. It is a schema's scale, offset and
/// standardisation in one step, which subtracts first, since a factor and an offset would lose digits of values far from 0.
package struct InputScaling: Sendable, Equatable {
    /// The shape of `shift` and `factor`, which are repeated over the axes before: [] for one number, [channels], or the shape of the
    /// input. An input has the channels last.
    package let shape: [Int]
    /// In the unit of the raw values.
    package let shift: [Double]
    /// 0 for an input that is the same in all samples of the training data.
    package let factor: [Double]

    /// - Returns: nil if inputs are the raw values.
    package init?(_ schema: FeatureSchema) {
        let pairs = schema.inputPairs
        guard schema.vocabulary == nil, pairs.contains(where: { $0.shift != 0 || $0.factor != 1 }) else { return nil }
        let shape = schema.hasLengths ? Array(schema.inputShape.dropFirst()) : schema.inputShape
        let channels = shape.last ?? 1
        let isOfChannels = pairs.indices.allSatisfy { pairs[$0] == pairs[$0 % channels] }
        if pairs.allSatisfy({ $0 == pairs[0] }) {
            self.init(shape: [], pairs.prefix(1))
        } else {
            self.init(shape: isOfChannels ? [channels] : shape, isOfChannels ? pairs.prefix(channels) : pairs[...])
        }
    }

    package init(shape: [Int], shift: [Double], factor: [Double]) {
        (self.shape, self.shift, self.factor) = (shape, shift, factor)
    }

    private init(shape: [Int], _ pairs: ArraySlice<FeatureSchema.InputPair>) {
        self.init(shape: shape, shift: pairs.map(\.shift), factor: pairs.map(\.factor))
    }
}

extension FeatureSchema {
    fileprivate struct InputPair: Equatable {
        let shift: Double
        let factor: Double
    }

    /// The shift and the factor of each input; of each of a step's, if samples differ in length.
    fileprivate var inputPairs: [InputPair] {
        let order = inputOrder ?? Array(0..<featureCount)
        return order.flatMap { feature in
            if let categories = categories(of: feature) {
                return Array(repeating: InputPair(shift: 0, factor: 1), count: categories.count)
            }
            guard standardization.kind != .none else {
                return [InputPair(shift: offset == 0 ? 0 : -offset / scale, factor: scale)]
            }
            let group = standardization.grouping.group(of: feature, width: featureCount)
            let divisor = standardization.divisor[group]
            guard divisor != 0 else { return [InputPair(shift: 0, factor: 0)] }
            return [InputPair(shift: (standardization.shift[group] - offset) / scale, factor: scale / divisor)]
        }
    }
}
