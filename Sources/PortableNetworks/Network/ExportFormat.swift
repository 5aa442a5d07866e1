import Kernels

/// A format of another program that a trained network can be written in.
package enum ExportFormat: String, Sendable, CaseIterable {
    /// Open Neural Network Exchange, a protobuf message.
    case onnx
    /// Keras 3, a zip archive.
    case keras
    /// Keras 2 and 3, an HDF5 file.
    case kerasH5 = "keras-h5"
    /// Tensors by name, in Lockstep's names and orders, and a description of the network.
    case safetensors
    /// What `torch.load` reads: tensors by name, in PyTorch's names and orders.
    case torch
}

/// A network in another program's format.
package struct Exported: Sendable {
    /// The bytes of the file.
    package var file: [[UInt8]]
    /// What the format has no place for.
    package var notes: [ExportNote]

    package init(file: [[UInt8]], notes: [ExportNote] = []) { (self.file, self.notes) = (file, notes) }
}

/// Something that a trained network means, and that another program does not learn from the file.
package enum ExportNote: Sendable, Equatable {
    /// Text columns are given as columns of 0 and 1: how many inputs there are in all.
    case textColumns([String], inputs: Int)
    /// What stands in for missing values.
    case missingValues
    /// Which token has which id.
    case vocabulary(Int)
    /// Images have their channels last, where the training file had them first.
    case channelsLast([Int])
    /// The names of the classes.
    case classNames
    /// The scaling of the inputs is a pair of tensors, which the program that reads them must apply.
    case scalingIsTensors
    /// The scaling of the inputs stands in the description of the network, which other programs do not read.
    case scalingIsDescription
    /// There is a second input with the lengths of the sequences, or with their mask.
    case lengthsAreInput(String)
}

/// A network cannot be written in a format.
package struct ExportError: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        case activation(Activation)
        /// A pool with padding that the format has not.
        case paddedPool
        /// A mean of windows that hang over the end of the padding.
        case roundedUpMean
        /// Gated recurrent units that reset before the multiplication.
        case resetBefore
        /// A layer that reads the padding of sequences of different lengths.
        case readsPadding
    }

    package let format: ExportFormat
    /// The layer's name, as `inspect` shows it.
    package let layer: String
    package let problem: Problem
    /// A format that can hold the layer.
    package let nearest: ExportFormat

    package init(format: ExportFormat, layer: String, problem: Problem, nearest: ExportFormat) {
        (self.format, self.layer, self.problem, self.nearest) = (format, layer, problem, nearest)
    }
}
