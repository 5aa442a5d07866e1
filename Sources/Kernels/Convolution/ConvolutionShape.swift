import COneDNN

/// A convolution of images [rows, height, width, channels]:
///
/// output[r, y, x, o] = bias[o] + Σ weight[o, i, v, u] · input[r, y · stride + v · dilation − padding, …, i], over the window (v, u)
/// and the input channels i of o's group; outside the image the input is 0. A sequence [rows, time, channels] is an image
/// of height 1. Pairs are of height and width. Weights are [output channels, input channels / groups, height, width].
package struct ConvolutionShape: Sendable, Equatable {
    /// Numbers for height and width.
    package struct Pair: Sendable, Equatable {
        package var height: Int
        package var width: Int

        package init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

        fileprivate var values: (Int64, Int64) { (Int64(height), Int64(width)) }
    }

    package var inputSize: Pair
    package var inputChannels: Int
    package var outputChannels: Int
    package var window: Pair
    package var stride = Pair(1, 1)
    /// The distance of neighbours in the window.
    package var dilation = Pair(1, 1)
    package var paddingBefore = Pair(0, 0)
    package var paddingAfter = Pair(0, 0)
    /// Divides the numbers of channels: output channels read the input channels of their own group.
    package var groups = 1

    package init(inputSize: Pair, inputChannels: Int, outputChannels: Int, window: Pair) {
        (self.inputSize, self.inputChannels) = (inputSize, inputChannels)
        (self.outputChannels, self.window) = (outputChannels, window)
    }

    /// ⌊(input + padding − dilation (window − 1) − 1) / stride⌋ + 1; 0 or less if the window is larger than the padded input.
    package var outputSize: Pair {
        Pair(size(\.height), size(\.width))
    }

    private func size(_ axis: KeyPath<Pair, Int>) -> Int {
        let padded = inputSize[keyPath: axis] + paddingBefore[keyPath: axis] + paddingAfter[keyPath: axis]
        let room = padded - dilation[keyPath: axis] * (window[keyPath: axis] - 1) - 1
        return room < 0 ? 0 : room / stride[keyPath: axis] + 1
    }

    /// How far a last window hangs over the padded input if sizes are rounded up. As in PyTorch it begins within the input or the
    /// padding before it.
    package var overhang: Pair { Pair(overhang(\.height), overhang(\.width)) }

    private func overhang(_ axis: KeyPath<Pair, Int>) -> Int {
        let (before, stride) = (inputSize[keyPath: axis] + paddingBefore[keyPath: axis], stride[keyPath: axis])
        let room = before + paddingAfter[keyPath: axis] - dilation[keyPath: axis] * (window[keyPath: axis] - 1) - 1
        let start = (room + stride - 1) / stride * stride
        return start < before ? start - room : 0
    }

    package var inputCount: Int { inputSize.height * inputSize.width * inputChannels }
    package var outputCount: Int { outputSize.height * outputSize.width * outputChannels }
    package var weightCount: Int { outputChannels * (inputChannels / groups) * window.height * window.width }

    func code(rows: Int, format: OperandFormat, bias: Bool, activation: conednn_activation) -> conednn_convolution_shape
    {
        conednn_convolution_shape(
            rows: Int64(rows), input_size: inputSize.values, output_size: outputSize.values,
            input_channels: Int64(inputChannels), output_channels: Int64(outputChannels), window: window.values,
            stride: stride.values, dilation: dilation.values, padding_before: paddingBefore.values,
            padding_after: paddingAfter.values, groups: Int64(groups), is_bf16: format == .bfloat16, has_bias: bias,
            activation: activation)
    }

    /// "conv 3×3, 28×28×1 to 26×26×32"
    var description: String {
        "conv \(window.height)×\(window.width), \(inputSize.height)×\(inputSize.width)×\(inputChannels) to "
            + "\(outputSize.height)×\(outputSize.width)×\(outputChannels)"
    }
}

/// What a primitive of a convolution computes.
package enum ConvolutionPass: Sendable {
    case output
    /// ∂L/∂input, from the weights and ∂L/∂output.
    case inputGradient
    /// ∂L/∂weight and ∂L/∂bias, from the input and ∂L/∂output.
    case weightGradient

    var code: conednn_pass {
        switch self {
        case .output: CONEDNN_FORWARD
        case .inputGradient: CONEDNN_BACKWARD_DATA
        case .weightGradient: CONEDNN_BACKWARD_WEIGHTS
        }
    }
}
