import Kernels
import Reference

/// output = activation(scale (input − mean) / √(variance + ε) + shift), with mean and variance over each group of a sample's values:
/// over all places of some neighbouring channels (group, Wu and He 2018), of one channel (instance, Ulyanov et al. 2016), or over all
/// channels of one place (layer, Ba et al. 2016, of the last axis as in Keras). The last axis counts channels.
package struct GroupNormalization: ItemLayer, ActivatedLayer {
    /// What mean and variance are over.
    package enum Kind: Sendable, Equatable {
        case layer
        case group(Int)
        case instance
    }

    /// `layer-norm`, `group-norm 8`, `instance-norm`
    package static let words = [
        ItemKind("layer-norm", options: NormalizationItem.options),
        ItemKind(
            "group-norm", numbers: [.init("groups", .integer(1...65536))], options: NormalizationItem.options),
        ItemKind("instance-norm", options: NormalizationItem.options),
    ]
    package let kind: Kind
    package let inputShape: [Int]
    package let activation: Activation
    package let affine: ChannelAffine
    package let epsilon: Double

    package init(
        _ kind: Kind, inputShape: [Int], activation: Activation = .identity, hasScale: Bool = true,
        hasShift: Bool = true, epsilon: Double = 1e-5
    ) {
        (self.kind, self.inputShape, self.activation, self.epsilon) = (kind, inputShape, activation, epsilon)
        affine = ChannelAffine(channels: inputShape[inputShape.count - 1], hasScale: hasScale, hasShift: hasShift)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem) {
        guard let kind = NormalizationItem.kind(of: item) else { preconditionFailure("\(item.kind) is of a batch") }
        try self.init(kind, item, inputShape: place.inputShape, activation: .identity)
    }

    /// - Parameter item: one of its own words, or one with `norm=`.
    package init(
        _ kind: Kind, _ item: NetworkItem, inputShape: [Int], activation: Activation
    ) throws(NetworkItemError.Problem) {
        self.init(
            kind, inputShape: inputShape, activation: activation, hasScale: NormalizationItem.hasScale(item),
            hasShift: NormalizationItem.hasShift(item), epsilon: item.number("epsilon"))
        guard channels % groups == 0 else { throw .channelGroupsDoNotDivide(groups, channels: channels) }
        guard places * (channels / groups) > 1 else { throw .oneValueToNormalize(inputShape) }
    }

    package var outputShape: [Int] { inputShape }
    fileprivate var channels: Int { affine.channels }
    fileprivate var groups: Int {
        switch kind {
        case .layer: 1
        case .group(let count): count
        case .instance: channels
        }
    }
    /// The places whose values have statistics together.
    fileprivate var places: Int { kind == .layer ? 1 : inputShape.dropLast().reduce(1, *) }
    /// How many sets of so many places a sample has.
    fileprivate var unitsPerSample: Int { kind == .layer ? inputShape.dropLast().reduce(1, *) : 1 }
    package var operations: Int { 4 * inputShape.reduce(1, *) }
    package var tensors: [TensorSpecification] { affine.tensors }
    package var gradients: TensorGradients { tensors.isEmpty ? .none : .perShard }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel {
        try GroupNormalizationKernel(layer: self, rows: use.rows)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceNormalization(
            kind == .layer ? .places : .groups(groups), channels: channels, epsilon: epsilon,
            hasScale: affine.hasScale, hasShift: affine.hasShift, activation: ReferenceActivation(activation))
    }
}

/// Goes through units, the values [places, channels] that have statistics of their own.
private final class GroupNormalizationKernel: LayerKernel {
    private let layer: GroupNormalization
    private let loops: ChannelLoops
    private let units: Int
    /// relu is in the loops, the others follow them.
    private let isRectified: Bool
    private let activation: AppliedActivation
    /// Of a unit's channels: means and squares, or sums and products; and the sums of gradients and products over all units.
    private let sums: [AlignedBuffer<Double>]
    let memory: KernelMemory

    init(layer: GroupNormalization, rows: Int) throws {
        self.layer = layer
        units = rows * layer.unitsPerSample
        loops = ChannelLoops(positions: layer.places, channels: layer.channels)
        isRectified = layer.activation == .relu
        activation = try AppliedActivation(
            isRectified ? .identity : layer.activation, rows: rows, columns: layer.inputShape.reduce(1, *))
        sums = (0..<4).map { _ in AlignedBuffer(count: layer.channels) }
        memory = KernelMemory(
            kept: activation.keptCount + 2 * units * layer.groups, scratchpad: 6 * layer.channels)
    }

    private func unit(_ index: Int, of values: FloatView) -> FloatView {
        let count = layer.places * layer.channels
        return values.slice(index * count, count)
    }

    /// Kept: what the activation needs, then mean and 1 / √(variance + ε) of each group.
    private func statistics(_ unit: Int, _ kept: FloatView) -> FloatView {
        kept.slice(activation.keptCount + 2 * unit * layer.groups, 2 * layer.groups)
    }

    private func scratch(_ index: Int, _ scratchpad: FloatView) -> FloatView {
        scratchpad.slice(index * layer.channels, layer.channels)
    }

    private func map(_ scratchpad: FloatView) -> ChannelMap {
        ChannelMap(
            means: scratch(0, scratchpad), factors: scratch(1, scratchpad), offsets: scratch(2, scratchpad),
            isRectified: isRectified)
    }

    /// Writes the map of a unit's channels.
    private func set(_ map: ChannelMap, _ kept: FloatView, scale: FloatView?) {
        let size = layer.channels / layer.groups
        for group in 0..<layer.groups {
            let (mean, factor) = (kept[2 * group], kept[2 * group + 1])
            for channel in group * size..<(group + 1) * size {
                (map.means[channel], map.factors[channel]) = (mean, factor * (scale?[channel] ?? 1))
            }
        }
    }

    private func setOffsets(_ map: ChannelMap, shift: FloatView?) {
        for channel in 0..<layer.channels { map.offsets[channel] = shift?[channel] ?? 0 }
    }

    func forward(_ arguments: ForwardArguments) throws {
        let forActivation = arguments.kept.slice(0, activation.keptCount)
        let target = activation.arguments(output: arguments.output, kept: forActivation)
        let (affine, size) = (layer.affine.values(in: arguments.parameters), layer.channels / layer.groups)
        let map = map(arguments.scratchpad)
        setOffsets(map, shift: affine.shift)
        let (ofChannels, squares) = (sums[0].view.pointer, sums[1].view.pointer)
        for unit in 0..<units {
            let (values, kept) = (self.unit(unit, of: arguments.input), statistics(unit, arguments.kept))
            loops.moments(of: values, means: sums[0].view, squares: sums[1].view)
            for group in 0..<layer.groups {
                let channels = group * size..<(group + 1) * size
                var (mean, square) = (0.0, 0.0)
                for channel in channels { mean += ofChannels[channel] }
                mean /= Double(size)
                for channel in channels {
                    let distance = ofChannels[channel] - mean
                    square += squares[channel] + Double(layer.places) * (distance * distance)
                }
                let variance = square / Double(layer.places * size)
                kept[2 * group] = Float(mean)
                kept[2 * group + 1] = Float(1 / (variance + layer.epsilon).squareRoot())
            }
            set(map, kept, scale: affine.scale)
            loops.map(values, by: map, into: self.unit(unit, of: target))
        }
        try activation.forward(output: arguments.output, kept: forActivation)
    }

    func backward(_ arguments: BackwardArguments) throws {
        let (affine, size) = (layer.affine.values(in: arguments.parameters), layer.channels / layer.groups)
        let map = map(arguments.scratchpad)
        setOffsets(map, shift: affine.shift)
        let (factors, ofInput) = (scratch(3, arguments.scratchpad), scratch(4, arguments.scratchpad))
        let offsets = scratch(5, arguments.scratchpad)
        let gradient = arguments.outputGradient
        try activation.backward(
            output: arguments.output, kept: arguments.kept.slice(0, activation.keptCount), gradient: gradient)
        let (ofUnit, productsOfUnit) = (sums[0].view.pointer, sums[1].view.pointer)
        let (ofAll, productsOfAll) = (sums[2].view.pointer, sums[3].view.pointer)
        ofAll.update(repeating: 0)
        productsOfAll.update(repeating: 0)
        for unit in 0..<units {
            let (values, own) = (self.unit(unit, of: arguments.input), self.unit(unit, of: gradient))
            let kept = statistics(unit, arguments.kept)
            set(map, kept, scale: affine.scale)
            for channel in 0..<layer.channels { factors[channel] = kept[2 * (channel / size) + 1] }
            loops.products(own, values, of: map, factors: factors, sums: sums[0].view, products: sums[1].view)
            for channel in 0..<layer.channels {
                ofAll[channel] += ofUnit[channel]
                productsOfAll[channel] += productsOfUnit[channel]
            }
            guard let inputGradient = arguments.inputGradient else { continue }
            for group in 0..<layer.groups {
                let channels = group * size..<(group + 1) * size
                var (sum, product) = (0.0, 0.0)
                for channel in channels {
                    let scale = Double(affine.scale?[channel] ?? 1)
                    sum += scale * ofUnit[channel]
                    product += scale * productsOfUnit[channel]
                }
                let (factor, count) = (Double(kept[2 * group + 1]), Double(layer.places * size))
                for channel in channels {
                    ofInput[channel] = Float(-factor * factor * product / count)
                    offsets[channel] = Float(-factor * sum / count)
                }
            }
            loops.combine(
                own, by: map.factors, values, of: map, factors: ofInput, offsets: offsets,
                into: self.unit(unit, of: inputGradient))
        }
        if let gradients = arguments.tensorGradients {
            layer.affine.write(scale: sums[3].view, shift: sums[2].view, into: gradients)
        }
    }
}
