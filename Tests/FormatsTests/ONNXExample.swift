@testable import Formats

/// A model that Fixtures/check_formats.py computes with ONNX Runtime, and by itself from the same formulas.
struct ONNXExample: Sendable {
    let name: String
    let model: @Sendable () throws -> ONNXModel

    static let all = [
        ONNXExample(name: "dense", model: dense), ONNXExample(name: "convolution", model: convolution),
        ONNXExample(name: "recurrent", model: recurrent),
    ]

    /// The elements number 0, 1, 2, … of all parameters here, which check_formats.py makes, too.
    private static func values(_ count: Int) -> [Float] {
        (0..<count).map { Float($0 * 7 % 13) / 8 - 0.75 }
    }

    private static func parameter(_ name: String, _ shape: [Int]) throws -> StoredTensor {
        try tensor(name, shape, values(shape.reduce(1, *)))
    }

    private static func model(_ name: String, _ graph: (inout ONNXGraph) throws -> Void) rethrows -> ONNXModel {
        var model = ONNXModel()
        model.formatVersion = 8
        model.producer = "lockstep"
        model.producerVersion = "0"
        model.operatorSets = [.init(version: 17)]
        model.graph.name = name
        try graph(&model.graph)
        return model
    }

    /// softmax(relu(x·W + b)·Vᵀ)
    private static func dense() throws -> ONNXModel {
        try model("dense") { graph in
            graph.constants = [
                try parameter("W", [4, 5]), try parameter("b", [5]), try parameter("V", [3, 5]),
            ]
            graph.nodes = [
                ONNXNode("Gemm", name: "first", inputs: ["x", "W", "b"], outputs: ["z"]),
                ONNXNode("Relu", name: "activation", inputs: ["z"], outputs: ["h"]),
                ONNXNode(
                    "Gemm", name: "second", inputs: ["h", "V"], outputs: ["logits"],
                    attributes: [ONNXAttribute("transB", .integer(1)), ONNXAttribute("alpha", .float(0.5))]),
                ONNXNode(
                    "Softmax", name: "probabilities", inputs: ["logits"], outputs: ["y"],
                    attributes: [ONNXAttribute("axis", .integer(-1))]),
            ]
            graph.inputs = [ONNXValue(name: "x", elementType: .float, shape: [.named("batch"), .size(4)])]
            graph.outputs = [ONNXValue(name: "y", elementType: .float, shape: [.named("batch"), .size(3)])]
        }
    }

    /// A convolution with padding and stride, flattened by a shape of int64.
    private static func convolution() throws -> ONNXModel {
        try model("convolution") { graph in
            graph.constants = [
                try parameter("W", [3, 2, 3, 3]), try parameter("b", [3]),
                try tensor("shape", [2], [-1, 27] as [Int64]),
            ]
            graph.nodes = [
                ONNXNode(
                    "Conv", name: "convolution", inputs: ["x", "W", "b"], outputs: ["z"],
                    attributes: [
                        ONNXAttribute("kernel_shape", .integers([3, 3])), ONNXAttribute("strides", .integers([2, 2])),
                        ONNXAttribute("pads", .integers([1, 1, 1, 1])),
                    ]),
                ONNXNode("Reshape", name: "flatten", inputs: ["z", "shape"], outputs: ["y"]),
            ]
            graph.inputs = [
                ONNXValue(name: "x", elementType: .float, shape: [.named("batch"), .size(2), .size(5), .size(5)])
            ]
            graph.outputs = [ONNXValue(name: "y", elementType: .float, shape: [.named("batch"), .size(27)])]
        }
    }

    /// The last state of an LSTM over sequences of several lengths; the shapes are [steps, batch, …].
    private static func recurrent() throws -> ONNXModel {
        try model("recurrent") { graph in
            graph.constants = [
                try parameter("W", [1, 8, 3]), try parameter("R", [1, 8, 2]), try parameter("B", [1, 16]),
            ]
            graph.nodes = [
                ONNXNode(
                    "LSTM", name: "lstm", inputs: ["x", "W", "R", "B", "lengths"], outputs: ["", "y"],
                    attributes: [
                        ONNXAttribute("hidden_size", .integer(2)), ONNXAttribute("direction", .text("forward")),
                        ONNXAttribute("activations", .texts(["Sigmoid", "Tanh", "Tanh"])),
                    ])
            ]
            graph.inputs = [
                ONNXValue(name: "x", elementType: .float, shape: [.named("steps"), .named("batch"), .size(3)]),
                ONNXValue(name: "lengths", elementType: .int32, shape: [.named("batch")]),
            ]
            graph.outputs = [
                ONNXValue(name: "y", elementType: .float, shape: [.size(1), .named("batch"), .size(2)])
            ]
        }
    }
}
