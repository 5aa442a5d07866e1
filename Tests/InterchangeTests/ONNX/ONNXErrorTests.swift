import Formats
import Testing

@testable import Interchange
@testable import ONNXNetworks
@testable import PortableNetworks
@testable import Runs

/// ONNX models that Lockstep cannot hold: each error names the node and what it has not.
@Suite struct ONNXErrorTests {
    private func model(_ nodes: [ONNXNode], constants: [StoredTensor] = [], shape: [Int] = [4]) -> ONNXModel {
        var model = ONNXModel()
        model.operatorSets = [.init(version: 20)]
        model.graph.nodes = nodes
        model.graph.constants = constants
        model.graph.inputs = [
            ONNXValue(name: "x", elementType: .float, shape: [.named("n")] + shape.map { .size($0) })
        ]
        model.graph.outputs = [ONNXValue(name: "y", elementType: .float, shape: nil)]
        return model
    }

    private func expect(_ problem: ModelImportError.Problem, at place: String?, of model: ONNXModel) {
        #expect(throws: ModelImportError(file: "model.onnx", place: place, problem)) {
            try ONNXImport.network(of: model, file: "model.onnx").checkpoint(task: nil)
        }
    }

    private static let weight = FloatTensor(shape: [3, 4], repeating: 1).stored("w")
    private static let dense = ONNXNode(
        "Gemm", name: "head", inputs: ["x", "w"], outputs: ["y"], attributes: [.init("transB", .integer(1))])

    @Test("An operator that Lockstep has not is named with its node")
    func namesUnknownOperator() {
        let node = ONNXNode("HardSwish", name: "act", inputs: ["x"], outputs: ["y"])
        expect(.unknownOperation("HardSwish"), at: "HardSwish act", of: model([node]))
        var custom = node
        custom.domain = "com.example"
        expect(.unknownOperation("com.example.HardSwish"), at: "HardSwish act", of: model([custom]))
    }

    @Test("A version of the operators that is not known is refused")
    func refusesOperatorSet() {
        var model = model([Self.dense], constants: [Self.weight])
        model.operatorSets = [.init(version: 9)]
        expect(.operatorSet(9, known: 13...23), at: nil, of: model)
    }

    @Test("A setting of a node that Lockstep has not is named with its value")
    func namesUnsupportedSetting() {
        var scaled = Self.dense
        scaled.attributes.append(.init("alpha", .float(2)))
        expect(
            .unsupported(setting: "alpha", value: "2.0"), at: "Gemm head", of: model([scaled], constants: [Self.weight])
        )
        let steep = ONNXNode(
            "LeakyRelu", name: "act", inputs: ["x"], outputs: ["z"], attributes: [.init("alpha", .float(0.2))])
        expect(.unsupported(setting: "alpha", value: "0.2"), at: "LeakyRelu act", of: model([steep]))
    }

    @Test("A parameter that is missing, of another shape, or not finite is named")
    func namesParameters() {
        expect(.tensor("w", expected: nil, found: nil), at: "Gemm head", of: model([Self.dense]))
        let wide = FloatTensor(shape: [3, 5], repeating: 1).stored("w")
        expect(
            .tensor("w", expected: [3, 4], found: [3, 5]), at: "Gemm head", of: model([Self.dense], constants: [wide]))
        let infinite = FloatTensor(shape: [3, 4], repeating: .infinity).stored("w")
        expect(.notFinite(tensor: "output/weight"), at: nil, of: model([Self.dense], constants: [infinite]))
    }

    @Test("Networks that branch, have several inputs, an open input or no dense output are refused")
    func refusesShapesOfGraphs() {
        let twice = [
            ONNXNode("Relu", name: "a", inputs: ["x"], outputs: ["p"]),
            ONNXNode("Tanh", name: "b", inputs: ["x"], outputs: ["q"]),
            ONNXNode("Sigmoid", name: "c", inputs: ["x"], outputs: ["r"]),
            ONNXNode("Add", name: "d", inputs: ["p", "q"], outputs: ["s"]),
            ONNXNode("Add", name: "e", inputs: ["s", "r"], outputs: ["y"]),
        ]
        expect(.branches, at: "Relu a", of: model(twice))
        expect(.noDenseOutput, at: "Relu a", of: model([ONNXNode("Relu", name: "a", inputs: ["x"], outputs: ["y"])]))
        var several = model([Self.dense], constants: [Self.weight])
        several.graph.inputs.append(ONNXValue(name: "z", elementType: .float, shape: [.named("n"), .size(2)]))
        expect(.inputsOrOutputs(inputs: 2, outputs: 1), at: nil, of: several)
        var open = model([Self.dense], constants: [Self.weight])
        open.graph.inputs[0].shape = [.named("n"), .named("width")]
        expect(.openInput, at: "x", of: open)
    }

    @Test("A shortcut with a bias is refused, and one without becomes a projection")
    func knowsProjections() throws {
        func block(bias: Bool) -> ONNXModel {
            let weights = ["w", "p"].map { FloatTensor(shape: [4, 4], repeating: 0.5).stored($0) }
            let transposed: [ONNXAttribute] = [.init("transB", .integer(1))]
            return model(
                [
                    ONNXNode("Gemm", name: "main", inputs: ["x", "w", "b"], outputs: ["m"], attributes: transposed),
                    ONNXNode("Tanh", name: "act", inputs: ["m"], outputs: ["t"]),
                    ONNXNode("Gemm", name: "last", inputs: ["t", "w", "b"], outputs: ["l"], attributes: transposed),
                    ONNXNode(
                        "Gemm", name: "way", inputs: ["x", "p"] + (bias ? ["b"] : []), outputs: ["q"],
                        attributes: transposed),
                    ONNXNode("Add", name: "sum", inputs: ["l", "q"], outputs: ["s"]),
                    ONNXNode("Gemm", name: "head", inputs: ["s", "v"], outputs: ["y"], attributes: transposed),
                ],
                constants: weights + [
                    FloatTensor(shape: [4], repeating: 1).stored("b"),
                    FloatTensor(shape: [3, 4], repeating: 1).stored("v"),
                ])
        }
        expect(.shortcut, at: "Gemm way", of: block(bias: true))
        let network = try ONNXImport.network(of: block(bias: false), file: "model.onnx").checkpoint(task: nil)
        #expect(
            network.model.configuration.layers.shortText
                == "residual [dense 4 activation=tanh, dense 4 activation=identity] project=yes activation=identity")
    }

    @Test("Logits are classes if the user says so")
    func takesLogitsForClasses() throws {
        let foreign = try ONNXImport.network(of: model([Self.dense], constants: [Self.weight]), file: "model.onnx")
        #expect(try foreign.checkpoint(task: nil).model.configuration.loss == .meanSquaredError)
        let classes = try foreign.checkpoint(task: .classification).model
        #expect(classes.configuration.loss == .crossEntropy)
        #expect(classes.schema.labels.classNames == ["0", "1", "2"])
    }
}
