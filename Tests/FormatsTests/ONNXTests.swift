import Testing

@testable import Formats

/// recorded.onnx is from onnx.helper; Fixtures/check_formats.py lets ONNX Runtime compute what is written here.
@Suite struct ONNXTests {
    @Test func modelsOfTheLibraryAreRead() throws {
        let model = try ONNXModel(recorded("onnx"))
        #expect(model.formatVersion == 9 && model.producer == "recorder" && model.producerVersion == "1")
        #expect(model.operatorSets == [.init(version: 17), .init(domain: "org.example", version: 2)])
        let graph = model.graph
        #expect(graph.name == "recorded")
        #expect(
            try graph.constants == [
                tensor("raw", [2, 2], [0.5, -1, 2, 0.25] as [Float]), tensor("listed", [3], [1, 2, -3.5] as [Float]),
                tensor("shape", [2], [-1, 4] as [Int64]), tensor("double", [], [1 / 3] as [Double]),
            ])
        #expect(
            graph.inputs == [ONNXValue(name: "x", elementType: .float, shape: [.named("batch"), .size(4), .unknown])])
        #expect(graph.outputs == [ONNXValue(name: "z", elementType: .int64, shape: nil)])
    }

    @Test func nodesOfTheLibraryAreRead() throws {
        let nodes = try ONNXModel(recorded("onnx")).graph.nodes
        let first = try #require(nodes.first)
        #expect(first.operation == "Custom" && first.domain == "org.example" && first.name == "first")
        #expect(first.inputs == ["x", "", "raw"] && first.outputs == ["y"])
        #expect(first.attribute("alpha") == .float(0.5))
        #expect(first.attribute("axis") == .integer(-1))
        #expect(first.attribute("mode") == .text("linear"))
        #expect(first.attribute("floats") == .floats([0.5, -0.25]))
        #expect(first.attribute("integers") == .integers([1, -2, 300]))
        #expect(first.attribute("texts") == .texts(["a", "b"]))
        #expect(try first.attribute("value") == .tensor(tensor("constant", [2], [7, -8] as [Int64])))
        #expect(first.attribute("beta") == nil)
        let graphType: Int64 = 5
        #expect(nodes.last?.attributes == [ONNXAttribute("then_branch", .other(type: graphType))])
    }

    @Test func whatIsWrittenIsRead() throws {
        var model = try ONNXModel(recorded("onnx"))
        model.graph.nodes.removeLast()
        #expect(try ONNXModel(model.file().joined) == model)
        for example in ONNXExample.all { #expect(try ONNXModel(example.model().file().joined) == example.model()) }
    }

    @Test func attributesThatCannotBeWrittenAreRefused() throws {
        let model = try ONNXModel(recorded("onnx"))
        #expect(throws: ONNXError.unwritableAttribute(node: "second", attribute: "then_branch")) { try model.file() }
    }

    private func model(constant write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        ProtobufWriter { $0.append(7) { $0.append(5, message: write) } }.parts.joined
    }

    @Test func tensorsThatCannotBeReadAreRefused() {
        #expect(throws: ONNXError.externalData(tensor: "w")) {
            try ONNXModel(
                model {
                    $0.append(8, text: "w")
                    $0.append(14, integer: 1)
                })
        }
        #expect(throws: ONNXError.unreadableType(tensor: "w", type: 10)) {
            try ONNXModel(
                model {
                    $0.append(2, integer: 10)
                    $0.append(8, text: "w")
                })
        }
    }

    @Test(arguments: [[1], [3], [-2], [1 << 32, 1 << 32], []] as [[Int64]])
    func tensorsOfAnotherSizeThanTheirShapeAreRefused(shape: [Int64]) {
        let bytes = model {
            $0.append(1, packed: shape)
            $0.append(2, integer: 1)
            $0.append(4, packed: [0.5, 1] as [Float])
        }
        #expect(throws: ONNXError.wrongSize(tensor: "")) { try ONNXModel(bytes) }
    }

    @Test func tensorsThatEndInsideAnElementAreRefused() {
        let bytes = model {
            $0.append(1, integer: 1)
            $0.append(2, integer: 1)
            $0.append(9, bytes: [0, 0, 0, 0, 0])
        }
        #expect(throws: ONNXError.wrongSize(tensor: "")) { try ONNXModel(bytes) }
    }

    @Test func filesOfOtherFormatsAreRefused() throws {
        #expect(throws: ONNXError.noGraph) { try ONNXModel([]) }
        for other in ["zip", "safetensors", "pt", "tfevents"] {
            let bytes = try recorded(other)
            #expect(throws: (any Error).self) { try ONNXModel(bytes) }
        }
    }
}
