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
        guard shape.count == 2 || shape.count == 3 else { throw .isNoImage(shape) }
        let sizes = Array(shape.dropLast())
        let channels = shape[shape.count - 1]
        func perAxis(_ parameter: String, _ values: [Int]) throws(NetworkItemError.Problem) -> [Int] {
            if values.count == 1 { return sizes.map { _ in values[0] } }
            guard values.count == sizes.count else {
                throw .otherAxes(parameter: parameter, given: item.text(parameter) ?? "", inputShape: shape)
            }
            return values
        }
        let window =
            try window.map { values throws(NetworkItemError.Problem) in try perAxis("window", values) } ?? sizes
        // The windows of a pool lie side by side.
        let isSaid = item.has("stride") && item.text("stride") != nil
        let stride = isSaid ? try perAxis("stride", item.sizes("stride")) : window
        let dilation = item.has("dilation") ? try perAxis("dilation", item.sizes("dilation")) : sizes.map { _ in 1 }
        let reach = zip(window, dilation).map { ($0 - 1) * $1 + 1 }
        let padding = try padding(item, sizes: sizes, stride: stride, reach: reach, shape)
        for axis in sizes.indices where sizes[axis] + padding[axis].before + padding[axis].after < reach[axis] {
            throw .windowIsTooLarge(reach, inputShape: shape)
        }
        func pair(_ values: [Int], _ missing: Int) -> ConvolutionShape.Pair {
            values.count == 2 ? .init(values[0], values[1]) : .init(missing, values[0])
        }
        var geometry = ConvolutionShape(
            inputSize: pair(sizes, 1), inputChannels: channels, outputChannels: outputs ?? channels,
            window: pair(window, 1))
        (geometry.stride, geometry.dilation) = (pair(stride, 1), pair(dilation, 1))
        geometry.paddingBefore = pair(padding.map(\.before), 0)
        geometry.paddingAfter = pair(padding.map(\.after), 0)
        return geometry
    }

    /// The padding of each axis. `same` is TensorFlow's rule: ⌈size / stride⌉ outputs, and an odd one at the end.
    private static func padding(
        _ item: NetworkItem, sizes: [Int], stride: [Int], reach: [Int], _ shape: [Int]
    ) throws(NetworkItemError.Problem) -> [(before: Int, after: Int)] {
        guard item.has("pad"), let text = item.text("pad"), text != "valid" else { return sizes.map { _ in (0, 0) } }
        if text == "same" {
            return sizes.indices.map { axis in
                let outputs = (sizes[axis] + stride[axis] - 1) / stride[axis]
                let total = max((outputs - 1) * stride[axis] + reach[axis] - sizes[axis], 0)
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
}
