import Kernels
import Reference

/// output = activation(scale (input − mean) / √(variance + ε) + shift), channel by channel: the last axis counts channels, and mean and
/// variance are over all samples that are computed together, and all places of a channel (Ioffe and Szegedy 2015). At inference, and
/// if it is not trained, they are the running ones.
package struct BatchNormalization: ItemLayer, ActivatedLayer {
    /// `batch-norm epsilon=1e-3 statistics=64`
    package static let words = [
        ItemKind("batch-norm", options: NormalizationItem.options + NormalizationItem.batchOptions())
    ]
    package let inputShape: [Int]
    package let activation: Activation
    package let affine: ChannelAffine
    package let epsilon: Double
    /// The share of the old value in a running statistic.
    package let momentum: Double
    /// Of how many samples the statistics are at most (`statistics=64`); nil for as many as are computed together.
    package let mostRows: Int?

    package init(
        inputShape: [Int], activation: Activation = .identity, hasScale: Bool = true, hasShift: Bool = true,
        epsilon: Double = 1e-5, momentum: Double = 0.9, mostRows: Int? = nil
    ) {
        (self.inputShape, self.activation, self.epsilon) = (inputShape, activation, epsilon)
        (self.momentum, self.mostRows) = (momentum, mostRows)
        affine = ChannelAffine(channels: inputShape[inputShape.count - 1], hasScale: hasScale, hasShift: hasShift)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) {
        self.init(item, inputShape: place.inputShape, activation: .identity)
    }

    /// - Parameter item: a `batch-norm`, or one with `norm=batch`.
    package init(_ item: NetworkItem, inputShape: [Int], activation: Activation) {
        self.init(
            inputShape: inputShape, activation: activation, hasScale: NormalizationItem.hasScale(item),
            hasShift: NormalizationItem.hasShift(item), epsilon: item.number("epsilon"),
            momentum: item.number("momentum"), mostRows: item.text("statistics").flatMap { Int($0) })
    }

    package var outputShape: [Int] { inputShape }
    fileprivate var channels: Int { affine.channels }
    /// Values of a channel in one sample.
    fileprivate var places: Int { inputShape.dropLast().reduce(1, *) }
    package var operations: Int { 4 * channels * places }
    package var tensors: [TensorSpecification] { affine.tensors }
    package var gradients: TensorGradients { tensors.isEmpty ? .none : .perShard }

    package var statistics: [RunningStatistic] {
        [
            RunningStatistic(name: "mean", count: channels, initial: 0),
            RunningStatistic(name: "variance", count: channels, initial: 1),
        ]
    }

    /// The number of values of a channel, their means, and the sums of the squares of their distances from them, which are
    /// merged as in Chan, Golub and LeVeque 1983.
    package var forwardMeeting: Meeting? {
        Meeting(count: 1 + 2 * channels, leastRows: places > 1 ? 1 : 2, mostRows: mostRows) { [channels] sums, next in
            let (count, added) = (sums[0], next[0])
            let total = count + added
            guard added > 0 else { return }
            for mean in 1...channels {
                let difference = next[mean] - sums[mean]
                sums[mean] += difference * (added / total)
                sums[mean + channels] += next[mean + channels] + difference * difference * (count * added / total)
            }
            sums[0] = total
        }
    }

    /// Σ ∂L/∂output and Σ ∂L/∂output · normalised input of each channel, and the number of its values.
    package var backwardMeeting: Meeting? { .sums(2 * channels + 1) }

    /// The running variance is the unbiased one, as in PyTorch.
    package func update(_ parameters: FloatView, from total: BufferView<Double>) {
        let count = total[0]
        for channel in 0..<channels {
            let mean = total[1 + channel]
            let variance = total[1 + channels + channel] / max(count - 1, 1)
            for (range, new) in zip(statisticRanges(in: parameters), [mean, variance]) {
                range[channel] = Float(momentum * Double(range[channel]) + (1 - momentum) * new)
            }
        }
    }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel {
        try BatchNormalizationKernel(layer: self, rows: use.rows)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceNormalization(
            .batch, channels: channels, epsilon: epsilon, hasScale: affine.hasScale, hasShift: affine.hasShift,
            activation: ReferenceActivation(activation))
    }
}

private final class BatchNormalizationKernel: LayerKernel {
    private let layer: BatchNormalization
    private let loops: ChannelLoops
    /// relu is in the loops, the others follow them.
    private let isRectified: Bool
    private let activation: AppliedActivation
    /// Of mean and variance in the layer's parameters.
    private let statistics: [Range<Int>]
    let memory: KernelMemory

    init(layer: BatchNormalization, rows: Int) throws {
        self.layer = layer
        statistics = layer.statisticRanges
        loops = ChannelLoops(positions: rows * layer.places, channels: layer.channels)
        isRectified = layer.activation == .relu
        activation = try AppliedActivation(
            isRectified ? .identity : layer.activation, rows: rows, columns: layer.channels * layer.places)
        memory = KernelMemory(
            kept: activation.keptCount + 4 * layer.channels, scratchpad: 2 * layer.channels)
    }

    /// Kept: what the activation needs, the map of the channels, and 1 / √(variance + ε).
    private func kept(_ all: FloatView) -> (activation: FloatView, map: ChannelMap, factors: FloatView) {
        func channels(_ index: Int) -> FloatView {
            all.slice(activation.keptCount + index * layer.channels, layer.channels)
        }
        let map = ChannelMap(
            means: channels(0), factors: channels(1), offsets: channels(2), isRectified: isRectified)
        return (all.slice(0, activation.keptCount), map, channels(3))
    }

    func prepareForward(_ arguments: ForwardArguments, sums: BufferView<Double>) {
        let channels = layer.channels
        sums[0] = Double(loops.positions)
        loops.moments(
            of: arguments.input, means: sums.slice(1, channels), squares: sums.slice(1 + channels, channels))
    }

    func forward(_ arguments: ForwardArguments) throws {
        let (forActivation, map, factors) = kept(arguments.kept)
        let affine = layer.affine.values(in: arguments.parameters)
        for channel in 0..<layer.channels {
            let variance: Double
            if let total = arguments.total {
                map.means[channel] = Float(total[1 + channel])
                variance = total[1 + layer.channels + channel] / total[0]
            } else {
                map.means[channel] = arguments.parameters[statistics[0].lowerBound + channel]
                variance = Double(arguments.parameters[statistics[1].lowerBound + channel])
            }
            let factor = 1 / (variance + layer.epsilon).squareRoot()
            factors[channel] = Float(factor)
            map.factors[channel] = Float(factor * Double(affine.scale?[channel] ?? 1))
            map.offsets[channel] = affine.shift?[channel] ?? 0
        }
        loops.map(
            arguments.input, by: map, into: activation.arguments(output: arguments.output, kept: forActivation))
        try activation.forward(output: arguments.output, kept: forActivation)
    }

    func prepareBackward(_ arguments: BackwardArguments, sums: BufferView<Double>) throws {
        let channels = layer.channels
        let (forActivation, map, factors) = kept(arguments.kept)
        let (ofOutputs, products) = (sums.slice(0, channels), sums.slice(channels, channels))
        try activation.backward(output: arguments.output, kept: forActivation, gradient: arguments.outputGradient)
        loops.products(
            arguments.outputGradient, arguments.input, of: map, factors: factors, sums: ofOutputs, products: products)
        sums[2 * channels] = Double(loops.positions)
        if let gradients = arguments.tensorGradients {
            layer.affine.write(scale: products, shift: ofOutputs, into: gradients)
        }
    }

    /// ∂L/∂input = scale / √(variance + ε) · (g − mean of g − x̂ · mean of g x̂); with running statistics, the first term.
    func backward(_ arguments: BackwardArguments) throws {
        let (forActivation, map, factors) = kept(arguments.kept)
        let gradient = arguments.outputGradient
        if arguments.total == nil {
            try activation.backward(output: arguments.output, kept: forActivation, gradient: gradient)
        }
        guard let inputGradient = arguments.inputGradient else { return }
        let channels = layer.channels
        func scratch(_ index: Int) -> FloatView { arguments.scratchpad.slice(index * channels, channels) }
        let (ofInput, offsets) = (scratch(0), scratch(1))
        for channel in 0..<channels {
            guard let total = arguments.total else {
                (ofInput[channel], offsets[channel]) = (0, 0)
                continue
            }
            let (factor, scaled) = (Double(factors[channel]), Double(map.factors[channel]))
            let count = total[2 * channels]
            ofInput[channel] = Float(-scaled * factor * total[channels + channel] / count)
            offsets[channel] = Float(-scaled * total[channel] / count)
        }
        loops.combine(
            gradient, by: map.factors, arguments.input, of: map, factors: ofInput, offsets: offsets,
            into: inputGradient)
    }
}
