import Kernels
import Reference

/// The maximum or the mean of windows of images [height, width, channels], or of sequences [time, channels], which are images of
/// height 1.
package struct Pooling: ItemLayer {
    /// `max-pool 2`, `average-pool 3 stride=2 padding=counted`, `global-average-pool`.
    package static let words = [
        ItemKind("max-pool", numbers: [.init("window", .sizes)], options: options),
        ItemKind(
            "average-pool", numbers: [.init("window", .sizes)],
            options: options + [.init("padding", .choice(["excluded", "counted"]), usual: "excluded")]),
        globalWord,
    ]
    package static let globalWord = ItemKind("global-average-pool")
    private static let options =
        WindowItem.options(stride: nil, pad: "0") + [.init("ceil", .yesOrNo, usual: "no")]
    package let shape: PoolingShape
    package let isSequence: Bool

    package init(_ shape: PoolingShape, isSequence: Bool = false) {
        (self.shape, self.isSequence) = (shape, isSequence)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem) {
        let isGlobal = !item.has("window")
        let geometry = try WindowItem.geometry(
            item, window: isGlobal ? nil : item.sizes("window"), outputs: nil, inputShape: place.inputShape)
        if !isGlobal { try Self.requirePaddingWithinWindows(geometry, item.text("pad") ?? "") }
        let isCounted = item.has("padding") && item.text("padding") == "counted"
        let kind: PoolingShape.Kind = item.kind == "max-pool" ? .maximum : isCounted ? .averageWithPadding : .average
        self.init(
            PoolingShape(kind, geometry, isRoundedUp: !isGlobal && item.isOn("ceil")),
            isSequence: place.inputShape.count == 2)
    }

    /// A window that lies in the padding has no value. PyTorch's rule, which `same` keeps.
    private static func requirePaddingWithinWindows(
        _ geometry: ConvolutionShape, _ text: String
    ) throws(NetworkItemError.Problem) {
        for axis in [\ConvolutionShape.Pair.height, \.width] {
            let padding = max(geometry.paddingBefore[keyPath: axis], geometry.paddingAfter[keyPath: axis])
            guard 2 * padding <= geometry.window[keyPath: axis] else { throw .paddingIsTooLarge(text) }
        }
    }

    package var inputShape: [Int] { shape.geometry.inputShape(isSequence: isSequence) }
    package var outputShape: [Int] { shape.geometry.outputShape(isSequence: isSequence) }

    package func outputSteps(of steps: Int) -> Int { shape.geometry.outputSteps(of: steps) }

    package var operations: Int {
        shape.geometry.outputCount * shape.geometry.window.height * shape.geometry.window.width
    }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel {
        shape.kind == .maximum ? MaxPoolingKernel(shape, use) : try AveragePoolingKernel(shape, use)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        let kind: ReferencePooling.Kind =
            switch shape.kind {
            case .maximum: .maximum
            case .average: .average
            case .averageWithPadding: .averageWithPadding
            }
        let overhang = [shape.overhang.height, shape.overhang.width]
        return ReferencePooling(kind, shape.geometry.reference, overhang: overhang)
    }
}

private final class MaxPoolingKernel: LayerKernel {
    private let shape: PoolingShape
    private let rows: Int
    /// Whether the places of the maxima are wanted after the forward pass.
    private let keepsTaps: Bool
    let memory: KernelMemory

    init(_ shape: PoolingShape, _ use: LayerUse) {
        (self.shape, rows, keepsTaps) = (shape, use.rows, use.givesInputGradient)
        let count = rows * shape.geometry.outputCount
        memory = keepsTaps ? KernelMemory(kept: count) : KernelMemory(scratchpad: count)
    }

    func forward(_ arguments: ForwardArguments) {
        let taps = keepsTaps ? arguments.kept : arguments.scratchpad
        shape.maxima(of: arguments.input, into: arguments.output, taps: taps, rows: rows)
    }

    func backward(_ arguments: BackwardArguments) {
        guard let inputGradient = arguments.inputGradient else { return }
        shape.inputGradient(
            ofMaxima: arguments.outputGradient, taps: arguments.kept, into: inputGradient, rows: rows)
    }
}

private final class AveragePoolingKernel: LayerKernel {
    private let forward: AveragePooling
    private let backward: AveragePooling?
    let memory: KernelMemory

    init(_ shape: PoolingShape, _ use: LayerUse) throws {
        forward = try AveragePooling(shape, rows: use.rows)
        backward = use.givesInputGradient ? try AveragePooling(shape, rows: use.rows, backward: true) : nil
        memory = KernelMemory(scratchpad: max(forward.scratchpadCount, backward?.scratchpadCount ?? 0))
    }

    func forward(_ arguments: ForwardArguments) throws {
        try forward.run(input: arguments.input, output: arguments.output, scratchpad: arguments.scratchpad)
    }

    func backward(_ arguments: BackwardArguments) throws {
        guard let inputGradient = arguments.inputGradient else { return }
        try backward?.run(input: inputGradient, output: arguments.outputGradient, scratchpad: arguments.scratchpad)
    }
}
