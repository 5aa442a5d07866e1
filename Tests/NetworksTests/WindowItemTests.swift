import Kernels
import Layers
import RecurrentLayers
import TestSupport
import Testing

@testable import Networks

/// Items that move a window over images or sequences: the shapes that follow, and what is refused.
@Suite struct WindowItemTests {
    private static func network(_ text: String, _ shape: [Int], axes: String? = nil) throws -> Network {
        try Network(
            inputShape: shape, axes: axes, items: NetworkReader.all.items(of: text), activation: .relu,
            objective: Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 3))
    }

    private static let shapes: [(text: String, input: [Int], output: [Int])] = [
        ("conv 32 3x3", [28, 28, 1], [28, 28, 32]), ("conv 32 3", [28, 28, 1], [28, 28, 32]),
        ("conv 8 5x3 pad=valid", [9, 7, 2], [5, 5, 8]), ("conv 8 3x3 pad=1 stride=2", [7, 8, 3], [4, 4, 8]),
        // ⌈size / stride⌉, whatever the window.
        ("conv 8 3 stride=2", [7, 8, 3], [4, 4, 8]), ("conv 8 2 stride=3x1", [7, 8, 3], [3, 8, 8]),
        ("conv 8 3 dilation=2 pad=valid", [9, 9, 3], [5, 5, 8]),
        // Top, bottom, left, right.
        ("conv 8 3 pad=1.0.2.0", [5, 5, 1], [4, 5, 8]), ("depthwise 3x3 stride=2", [8, 8, 6], [4, 4, 6]),
        ("conv 6 3 groups=2", [4, 4, 4], [4, 4, 6]), ("conv 5 4", [20, 7, 1], [20, 7, 5]),
        // Rounded down, and as PyTorch rounds up: a window begins within the image or the padding before it.
        ("max-pool 2", [7, 7, 4], [3, 3, 4]), ("max-pool 2 ceil=yes", [7, 7, 4], [4, 4, 4]),
        ("max-pool 3 stride=2 pad=1", [8, 8, 4], [4, 4, 4]), ("max-pool 1 stride=3 ceil=yes", [5, 5, 4], [2, 2, 4]),
        ("average-pool 3x2 stride=1 pad=same", [5, 5, 4], [5, 5, 4]), ("global-average-pool", [5, 6, 4], [1, 1, 4]),
        ("conv 3 3, max-pool 2, conv 4 3 pad=valid, flatten", [8, 8, 1], [16]),
        // Size · stride, whatever the window.
        ("transposed-conv 8 3", [7, 5, 2], [7, 5, 8]), ("transposed-conv 8 3 stride=2", [7, 5, 2], [14, 10, 8]),
        ("transposed-conv 8 2 stride=3x1", [7, 5, 2], [21, 5, 8]),
        // As PyTorch: (size − 1) · stride − padding + the window with its dilation.
        ("transposed-conv 8 3x4 stride=2 pad=valid", [7, 5, 2], [15, 12, 8]),
        ("transposed-conv 8 4 stride=2 pad=1", [7, 5, 2], [14, 10, 8]),
        ("transposed-conv 8 3 stride=2 pad=1.0.2.1 dilation=2", [7, 5, 2], [16, 10, 8]),
        ("transposed-conv 8 2 stride=3 pad=valid", [7, 5, 2], [20, 14, 8]),
    ]

    @Test(arguments: shapes.indices)
    func sizesFollow(index: Int) throws {
        let (text, input, output) = Self.shapes[index]
        let network = try Self.network(text, input, axes: "HWC")
        #expect(network.lines[network.lines.count - 2].outputShape == output)
    }

    @Test func sequencesHaveOneAxis() throws {
        let network = try Self.network(
            "conv 8 5 stride=2, max-pool 2, transposed-conv 6 4 stride=3 groups=2, flatten", [20, 3], axes: "TC")
        #expect(network.lines.map(\.outputShape) == [[10, 8], [5, 8], [15, 6], [90], [3]])
        #expect(network.layout.tensors.map(\.shape) == [[8, 3, 5], [8], [6, 4, 4], [6], [3, 90], [3]])
    }

    /// "same" at stride 2: Keras pads 0 before and 1 after an even size.
    @Test func anOddPaddingIsAtTheEnd() throws {
        let network = try Self.network("conv 4 3x3 stride=2", [8, 7, 1])
        let shape = try #require(network.nodes[0].layer as? Convolution).shape
        #expect(shape.paddingBefore == .init(0, 1) && shape.paddingAfter == .init(1, 1))
    }

    /// What the axes of samples are does not matter after it.
    @Test(arguments: [
        ([64], "reshape 8x8x1, conv 4 3x3", [[8, 8, 1], [8, 8, 4]]),
        ([8, 8], "reshape 8x8x1, conv 4 3x3", [[8, 8, 1], [8, 8, 4]]),
        ([3, 4, 5], "flatten, reshape 12x5, conv 4 3", [[60], [12, 5], [12, 4]]),
        ([3, 4, 5], "residual [flatten, 60], reshape 2x30, max-pool 2", [[60], [60], [60], [2, 30], [1, 30]]),
        ([6, 4], "12, reshape 2x2x3, dropout2d 0.5, reshape 12", [[12], [2, 2, 3], [2, 2, 3], [12]]),
    ])
    func reshapeGivesAnyShapeOfAsManyElements(input: [Int], text: String, shapes: [[Int]]) throws {
        let network = try Self.network(text, input)
        #expect(network.lines.dropLast().map(\.outputShape) == shapes)
        #expect(network.inputShape == input)
    }

    /// A shape is no layer: values stay where they are.
    @Test func reshapeTakesNoNode() throws {
        let network = try Self.network("reshape 4x4x1, 3, reshape 3", [16])
        #expect(network.nodes.map(\.name) == ["dense1", "output"])
        #expect(network.lines.map(\.name) == ["reshape1", "dense1", "reshape2", "output"])
    }

    private typealias Problem = NetworkItemError.Problem

    private static let refused: [(text: String, shape: [Int], axes: String?, problem: Problem)] = [
        ("64, conv 8 3", [8, 8, 1], "HWC", .isNoImage([64])), ("conv 8 3", [64], nil, .isNoImage([64])),
        ("conv 8 5x5 pad=valid", [4, 6, 1], "HWC", .windowIsTooLarge([5, 5], inputShape: [4, 6, 1])),
        ("conv 8 3 dilation=3 pad=valid", [6, 6, 1], "HWC", .windowIsTooLarge([7, 7], inputShape: [6, 6, 1])),
        ("max-pool 5", [4, 4, 1], "HWC", .windowIsTooLarge([5, 5], inputShape: [4, 4, 1])),
        ("transposed-conv 8 3 pad=2", [2, 2, 1], "HWC", .paddingLeavesNothing(of: [4, 4])),
        ("transposed-conv 8 3 groups=4", [8, 8, 2], "HWC", .groupsDoNotDivide(4, inputs: 2, outputs: 8)),
        (
            "transposed-conv 8 3 stride=2x2", [20, 3], "TC",
            .otherAxes(parameter: "stride", given: "2x2", inputShape: [20, 3])
        ),
        ("64, transposed-conv 8 3", [64], nil, .isNoImage([64])),
        ("conv 8 3 groups=3", [8, 8, 4], "HWC", .groupsDoNotDivide(3, inputs: 4, outputs: 8)),
        ("max-pool 2 pad=2", [8, 8, 4], "HWC", .paddingIsTooLarge("2")),
        ("average-pool 3 pad=0.0.2.1", [8, 8, 4], "HWC", .paddingIsTooLarge("0.0.2.1")),
        (
            "transposed-conv 1 3 stride=1000, transposed-conv 1 3 stride=1000", [28, 28, 1], "HWC",
            .outputIsTooLarge([28_000_000, 28_000_000, 1])
        ),
        ("conv 8 3x3", [20, 3], "TC", .otherAxes(parameter: "window", given: "3x3", inputShape: [20, 3])),
        ("conv 8 3 pad=1.1", [8, 8, 1], "HWC", .otherAxes(parameter: "pad", given: "1.1", inputShape: [8, 8, 1])),
        ("conv 8 3", [28, 28], nil, .axesAreOpen([28, 28])),
        ("conv 8 3", [20, 20, 20], nil, .axesAreOpen([20, 20, 20])),
        ("conv 8 3", [3, 4, 2], nil, .axesAreOpen([3, 4, 2])),
        ("conv 8 3", [3, 32, 32], nil, .channelsAreFirst([3, 32, 32])),
        ("conv 8 3, reshape 8x8x8", [8, 8], nil, .axesAreOpen([8, 8])),
        ("dropout2d 0.5", [28, 28], nil, .axesAreOpen([28, 28])),
        ("reshape 8x8", [8, 9], nil, .otherElements(shape: [8, 8], inputShape: [8, 9])),
        (
            "reshape 1000000x1000000x1000000x1000000", [64], nil,
            .otherElements(shape: [1_000_000, 1_000_000, 1_000_000, 1_000_000], inputShape: [64])
        ),
        ("residual [conv 8 3]", [32, 32, 3], "CHW", .channelsAreFirst([32, 32, 3])),
    ]

    @Test(arguments: refused.indices)
    func whatDoesNotFitIsRefused(index: Int) throws {
        let (text, shape, axes, problem) = Self.refused[index]
        let error = #expect(throws: NetworkItemError.self) { try Self.network(text, shape, axes: axes) }
        #expect(error?.problem == problem)
    }

    /// A projection is a convolution of one pixel, with the block's stride.
    @Test func blocksOfImagesAreProjectedByPixels() throws {
        let network = try Self.network(
            "residual [conv 6 3x3 stride=2, conv 6 3x3], residual [conv 6 3x3], residual [conv 6 3 stride=2x1] project=yes",
            [7, 8, 3])
        let tensors = network.layout.tensors.filter { $0.layer.hasSuffix("/project") }
        #expect(tensors.map(\.layer) == ["residual1/project", "residual3/project"])
        #expect(tensors.map(\.shape) == [[6, 3, 1, 1], [6, 6, 1, 1]])
        #expect(
            network.lines.filter { $0.name.hasPrefix("residual") }.map(\.outputShape) == [
                [4, 4, 6], [4, 4, 6], [2, 4, 6],
            ])
        let error = #expect(throws: NetworkItemError.self) {
            try Self.network("residual [conv 6 3 pad=valid]", [8, 8, 3])
        }
        #expect(error?.problem == .sumOfDifferentShapes(input: [8, 8, 3], output: [6, 6, 6]))
    }

    /// Without axes: [a, b] with a window of two numbers, and [a, b, c] with few channels last, are images.
    @Test func axesThatAreClearNeedNotBeSaid() throws {
        #expect(try Self.network("conv 8 3x3", [28, 28]).lines[0].outputShape == [28, 28, 8])
        #expect(try Self.network("dropout2d 0.1, conv 8 3x3", [28, 28]).lines[1].outputShape == [28, 28, 8])
        #expect(try Self.network("conv 8 3", [32, 32, 3]).lines[0].outputShape == [32, 32, 8])
        #expect(try Self.network("conv 8 3", [28, 28], axes: "HW").lines[0].outputShape == [28, 28, 8])
        #expect(try Self.network("64", [3, 32, 32]).lines[0].outputShape == [64])
    }
}
