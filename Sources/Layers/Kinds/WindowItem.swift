import Kernels

/// How items move a window over their input: the options `stride`, `pad` and `dilation`, and the window.
enum WindowItem {
    /// The sizes and the padding.
    static func options(stride: String?, pad: String) -> [ItemKind.Parameter] {
        [.init("stride", .sizes, usual: stride), .init("pad", .padding, usual: pad)]
    }

    /// Where the window goes, in an input [height, width, channels], or [time, channels], an image of height 1.
    /// - Parameters:
    ///   - window: nil: as large as the input.
    ///   - outputs: channels; nil: as many as the input has.
    /// - Throws: what does not fit.
    static func geometry(
        _ item: NetworkItem, window: [Int]?, outputs: Int?, inputShape shape: [Int]
    ) throws(NetworkItemError.Problem) -> ConvolutionShape {
        let axes = try Axes(item, window: window, inputShape: shape)
        // TensorFlow's rule: ⌈size / stride⌉ outputs.
        let padding = try axes.padding(item) { axis in
            let outputs = (axes.sizes[axis] + axes.stride[axis] - 1) / axes.stride[axis]
            return (outputs - 1) * axes.stride[axis] + axes.reach[axis] - axes.sizes[axis]
        }
        for axis in axes.sizes.indices
        where axes.sizes[axis] + padding[axis].before + padding[axis].after < axes.reach[axis] {
            throw .windowIsTooLarge(axes.reach, inputShape: shape)
        }
        return axes.convolution(of: axes.sizes, inputs: axes.channels, outputs: outputs ?? axes.channels, padding)
    }

    /// The convolution whose backward pass makes an output of this input: from the output's channels and size to the input's.
    /// - Throws: what does not fit.
    static func transposedGeometry(
        _ item: NetworkItem, window: [Int], outputs: Int, inputShape shape: [Int]
    ) throws(NetworkItemError.Problem) -> ConvolutionShape {
        let axes = try Axes(item, window: window, inputShape: shape)
        // As `same` pads an output of size · stride in that convolution.
        let padding = try axes.padding(item) { axes.reach[$0] - axes.stride[$0] }
        let whole = axes.sizes.indices.map { (axes.sizes[$0] - 1) * axes.stride[$0] + axes.reach[$0] }
        let sizes = axes.sizes.indices.map { axis in
            item.text("pad") == "same"
                ? axes.sizes[axis] * axes.stride[axis] : whole[axis] - padding[axis].before - padding[axis].after
        }
        guard sizes.allSatisfy({ $0 > 0 }) else { throw .paddingLeavesNothing(of: whole) }
        guard sizes.reduce(outputs, { $0.multipliedSaturating(by: $1) }) <= 1 << 31 else {
            throw .outputIsTooLarge(sizes + [outputs])
        }
        return axes.convolution(of: sizes, inputs: outputs, outputs: axes.channels, padding)
    }
}

/// What an item says for each axis of its input: of height and width, or of time.
private struct Axes {
    private let shape: [Int]
    let window: [Int]
    let stride: [Int]
    let dilation: [Int]

    init(_ item: NetworkItem, window: [Int]?, inputShape shape: [Int]) throws(NetworkItemError.Problem) {
        guard shape.count == 2 || shape.count == 3 else { throw .isNoImage(shape) }
        let sizes = Array(shape.dropLast())
        func perAxis(_ parameter: String, _ values: [Int]) throws(NetworkItemError.Problem) -> [Int] {
            if values.count == 1 { return sizes.map { _ in values[0] } }
            guard values.count == sizes.count else {
                throw .otherAxes(parameter: parameter, given: item.text(parameter) ?? "", inputShape: shape)
            }
            return values
        }
        self.shape = shape
        self.window =
            try window.map { values throws(NetworkItemError.Problem) in try perAxis("window", values) } ?? sizes
        // The windows of a pool lie side by side.
        let isSaid = item.has("stride") && item.text("stride") != nil
        stride = isSaid ? try perAxis("stride", item.sizes("stride")) : self.window
        dilation = item.has("dilation") ? try perAxis("dilation", item.sizes("dilation")) : sizes.map { _ in 1 }
    }

    var sizes: [Int] { Array(shape.dropLast()) }
    var channels: Int { shape[shape.count - 1] }
    /// The window with its dilation.
    var reach: [Int] { zip(window, dilation).map { ($0 - 1) * $1 + 1 } }

    /// The padding of each axis.
    /// - Parameter same: that of an axis with `same`, if it is more than 0; an odd one is at the end.
    func padding(
        _ item: NetworkItem, same: (Int) -> Int
    ) throws(NetworkItemError.Problem) -> [(before: Int, after: Int)] {
        guard item.has("pad"), let text = item.text("pad"), text != "valid" else { return sizes.map { _ in (0, 0) } }
        if text == "same" {
            return sizes.indices.map { axis in
                let total = max(same(axis), 0)
                return (total / 2, total - total / 2)
            }
        }
        // Top and bottom, left and right.
        let numbers = text.split(separator: ".").compactMap { Int($0) }
        if numbers.count == 1 { return sizes.map { _ in (numbers[0], numbers[0]) } }
        guard numbers.count == 2 * sizes.count else {
            throw .otherAxes(parameter: "pad", given: text, inputShape: shape)
        }
        return sizes.indices.map { (numbers[2 * $0], numbers[2 * $0 + 1]) }
    }

    /// The convolution of images of these sizes.
    func convolution(
        of sizes: [Int], inputs: Int, outputs: Int, _ padding: [(before: Int, after: Int)]
    ) -> ConvolutionShape {
        func pair(_ values: [Int], _ missing: Int) -> ConvolutionShape.Pair {
            values.count == 2 ? .init(values[0], values[1]) : .init(missing, values[0])
        }
        var geometry = ConvolutionShape(
            inputSize: pair(sizes, 1), inputChannels: inputs, outputChannels: outputs, window: pair(window, 1))
        (geometry.stride, geometry.dilation) = (pair(stride, 1), pair(dilation, 1))
        geometry.paddingBefore = pair(padding.map(\.before), 0)
        geometry.paddingAfter = pair(padding.map(\.after), 0)
        return geometry
    }
}
