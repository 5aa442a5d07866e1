import DurableFiles
import Kernels
import PortableNetworks

extension ExportFormat {
    /// What the format is called.
    package var name: String {
        switch self {
        case .onnx: "ONNX"
        case .keras: "Keras"
        case .kerasH5: "Keras's HDF5"
        case .safetensors: "safetensors"
        case .torch: "PyTorch"
        }
    }
}

extension ExportError {
    package var wording: String {
        "layer \(brief(layer)): \(format.name) has no \(problem.wording)\n  export it with --format \(nearest.rawValue)"
    }
}

extension ExportError.Problem {
    fileprivate var wording: String {
        switch self {
        case .activation(let activation): "activation \(activation.rawValue)"
        case .paddedPool: "pool with this padding"
        case .roundedUpMean: "mean of windows that hang over the padding"
        case .resetBefore: "gated units that reset before the multiplication (reset=before)"
        case .readsPadding: "way to leave the padding of sequences of different lengths out of it"
        }
    }
}

extension ExportNote {
    package var wording: String {
        switch self {
        case .textColumns(let names, let inputs):
            "text columns (\(listed(names))) are columns of 0 and 1 there, one for each category in the order of `lockstep inspect`: "
                + "\(counted(inputs, "input")) in all"
        case .missingValues: "missing values are filled in by Lockstep alone: give complete samples"
        case .vocabulary(let count): "the vocabulary of \(counted(count, "token")) stays behind: the inputs are ids"
        case .channelsLast(let shape): "the input has its channels last: \(dimensions(shape))"
        case .classNames: "the names of the classes stay behind: the outputs are in the order of `lockstep inspect`"
        case .scalingIsTensors: "the scaling is two tensors: input = (raw − scaling.shift) · scaling.factor"
        case .scalingIsDescription:
            "other programs do not scale the inputs: they read the tensors, and not the description beside them"
        case .lengthsAreInput(let name): "a second input, \(name), says how long each sequence is"
        }
    }
}

extension ModelImportError {
    package var wording: String {
        if case .unknownKind(let kind?) = problem {
            return kind.wording(of: file, not: "a network that can be imported")
        }
        return "\(file): " + (place.map { "\(brief($0)): " } ?? "") + problem.wording
    }
}

extension ModelImportError.Problem {
    fileprivate var wording: String {
        switch self {
        case .unknownKind:
            "no network that can be imported\n  .onnx, .keras, Keras's .h5 and .weights.h5, and .safetensors can"
        case .unreadable(let reason): reason
        case .noNetwork:
            "the file has parameters and no network\n  name a run or a checkpoint with the same layers: --like RUN"
        case .unknownOperation(let name): "\(brief(name)) is none of the operations that Lockstep has"
        case .unsupported(let setting, let value): "\(brief(setting)) is \(brief(value)), which Lockstep has not"
        case .operatorSet(let version, let known):
            "the operators are of version \(version), and those from \(known.lowerBound) to \(known.upperBound) are known\n"
                + "  convert it: onnx.version_converter.convert_version(model, \(known.upperBound - 2))"
        case .tensor(let name, let expected, let found):
            switch (expected, found) {
            case (let expected?, let found?):
                "\(brief(name)) has shape \(dimensions(found)), and \(dimensions(expected)) is needed"
            case (let expected?, nil): "\(brief(name)) of shape \(dimensions(expected)) is missing"
            case (nil, let found?): "\(brief(name)) of shape \(dimensions(found)) belongs to no layer"
            case (nil, nil): "\(brief(name)) is no constant"
            }
        case .branches:
            "values part here in a way that networks in words have not: they go from layer to layer, or around a block to a sum"
        case .shortcut: "the way around a block is not one linear layer without bias, with the block's normalisation"
        case .inputsOrOutputs(let inputs, let outputs):
            "the network has \(counted(inputs, "input")) and \(counted(outputs, "output")), and one of each can be imported"
        case .openInput: "the shape of the input is open; only the numbers of samples and of steps may be"
        case .noDenseOutput: "the last layer is not dense, and that of a network in words is"
        case .words(let error): error.wording
        case .doesNotFit(let error): error.wording
        case .settings(let error): error.wording
        case .notFinite(let name): "\(brief(name)) has a value that is no finite number"
        case .tooLarge: "its parameters need more memory than there is"
        }
    }
}
