import DurableFiles
import Kernels
import Messages
import PortableNetworks
import Testing

/// The exact words for networks that another program's format cannot hold, or that cannot be brought in.
@Suite struct InterchangeWordingTests {
    @Test(
        "What a format cannot hold is said with the layer and a format that can",
        arguments: [
            (
                ExportError(format: .keras, layer: "dense1", problem: .activation(.step), nearest: .onnx),
                "layer dense1: Keras has no activation step\n  export it with --format onnx"
            ),
            (
                ExportError(format: .kerasH5, layer: "max-pool1", problem: .paddedPool, nearest: .onnx),
                "layer max-pool1: Keras's HDF5 has no pool with this padding\n  export it with --format onnx"
            ),
            (
                ExportError(format: .torch, layer: "gru1", problem: .resetBefore, nearest: .onnx),
                "layer gru1: PyTorch has no gated units that reset before the multiplication (reset=before)\n"
                    + "  export it with --format onnx"
            ),
        ])
    func saysWhatFormatsCannotHold(_ error: ExportError, _ words: String) {
        #expect(error.wording == words)
    }

    @Test(
        "What cannot be brought in is said with its place",
        arguments: [
            (
                ModelImportError(file: "m.onnx", place: "HardSwish act", .unknownOperation("HardSwish")),
                "m.onnx: HardSwish act: HardSwish is none of the operations that Lockstep has"
            ),
            (
                ModelImportError(file: "m.onnx", place: "Gemm head", .unsupported(setting: "alpha", value: "2.0")),
                "m.onnx: Gemm head: alpha is 2.0, which Lockstep has not"
            ),
            (
                ModelImportError(file: "m.onnx", .operatorSet(9, known: 13...23)),
                "m.onnx: the operators are of version 9, and those from 13 to 23 are known\n"
                    + "  convert it: onnx.version_converter.convert_version(model, 21)"
            ),
            (
                ModelImportError(file: "m.onnx", place: "Gemm head", .tensor("w", expected: [3, 4], found: [3, 5])),
                "m.onnx: Gemm head: w has shape 3×5, and 3×4 is needed"
            ),
            (
                ModelImportError(file: "m.safetensors", .tensor("w", expected: nil, found: [3, 5])),
                "m.safetensors: w of shape 3×5 belongs to no layer"
            ),
            (
                ModelImportError(file: "m.safetensors", .tensor("dense1/weight", expected: [3, 5], found: nil)),
                "m.safetensors: dense1/weight of shape 3×5 is missing"
            ),
            (
                ModelImportError(file: "m.safetensors", .noNetwork),
                "m.safetensors: the file has parameters and no network\n"
                    + "  name a run or a checkpoint with the same layers: --like RUN"
            ),
            (
                ModelImportError(file: "m.pdf", .unknownKind(found: .pdf)),
                "m.pdf: a PDF document, not a network that can be imported"
            ),
            (
                ModelImportError(file: "m.bin", .unknownKind(found: nil)),
                "m.bin: no network that can be imported\n"
                    + "  .onnx, .keras, Keras's .h5 and .weights.h5, and .safetensors can"
            ),
            (
                ModelImportError(file: "m.onnx", .inputsOrOutputs(inputs: 2, outputs: 1)),
                "m.onnx: the network has 2 inputs and 1 output, and one of each can be imported"
            ),
            (
                ModelImportError(file: "m.onnx", place: "Relu a", .noDenseOutput),
                "m.onnx: Relu a: the last layer is not dense, and that of a network in words is"
            ),
            (
                ModelImportError(file: "m.onnx", place: "Gemm way", .shortcut),
                "m.onnx: Gemm way: the way around a block is not one linear layer without bias, with the block's normalisation"
            ),
            (
                ModelImportError(file: "m.onnx", .notFinite(tensor: "output/weight")),
                "m.onnx: output/weight has a value that is no finite number"
            ),
        ])
    func saysWhatCannotBeBroughtIn(_ error: ModelImportError, _ words: String) {
        #expect(error.wording == words)
    }

    @Test(
        "What has no place in a format is told",
        arguments: [
            (
                ExportNote.textColumns(["sex", "class"], inputs: 7),
                "text columns (sex, class) are columns of 0 and 1 there, one for each category in the order of `lockstep inspect`: "
                    + "7 inputs in all"
            ),
            (.missingValues, "missing values are filled in by Lockstep alone: give complete samples"),
            (.vocabulary(52), "the vocabulary of 52 tokens stays behind: the inputs are ids"),
            (.channelsLast([28, 28, 3]), "the input has its channels last: 28×28×3"),
            (.classNames, "the names of the classes stay behind: the outputs are in the order of `lockstep inspect`"),
            (.lengthsAreInput("mask"), "a second input, mask, says how long each sequence is"),
        ])
    func tellsWhatHasNoPlace(_ note: ExportNote, _ words: String) {
        #expect(note.wording == words)
    }
}
