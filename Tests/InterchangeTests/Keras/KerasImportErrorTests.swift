import DurableFiles
import Foundation
import HDF5
import TestSupport
import Testing

@testable import Interchange
@testable import KerasNetworks
@testable import PortableNetworks

/// Models that networks in words have not, as texts; a layer says nothing but what matters.
@Suite struct KerasImportErrorTests {
    private static let dense = #"{"class_name": "Dense", "config": {"name": "d", "units": 2}}"#

    private func network(
        _ configuration: String, _ variables: KerasVariables = .paths([:])
    ) throws -> ForeignNetwork {
        let json = try #require(JSON(reading: configuration))
        return try KerasImporter.network(KerasGraph(json, file: "f"), variables, file: "f")
    }

    private func expect(
        _ place: String?, _ problem: ModelImportError.Problem, _ configuration: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: ModelImportError(file: "f", place: place, problem), sourceLocation: sourceLocation) {
            try network(configuration)
        }
    }

    /// A sequential model of one layer on samples of a shape.
    private func expect(
        _ kind: String, _ settings: String, on shape: String, _ problem: ModelImportError.Problem,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let separator = settings.isEmpty ? "" : ", "
        expect(
            "x", problem,
            """
            {"class_name": "Sequential", "config": {"name": "m", "layers": [
                {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, \(shape)]}},
                {"class_name": "\(kind)", "config": {"name": "x"\(separator)\(settings)}}]}}
            """, sourceLocation: sourceLocation)
    }

    @Test func unknownLayersAreNamed() {
        expect("RandomFlip", "", on: "3", .unknownOperation("RandomFlip"))
        expect("Functional", #""layers": []"#, on: "3", .unknownOperation("Functional"))
        expect("Masking", "", on: "4, 3", .unknownOperation("Masking"))
        expect("Cropping2D", #""cropping": [[1, 1], [0, 0]]"#, on: "4, 4, 3", .unknownOperation("Cropping2D"))
        expect("GlobalMaxPooling1D", "", on: "null, 3", .unknownOperation("GlobalMaxPooling1D"))
        expect(nil, .unknownOperation("Custom"), #"{"class_name": "Custom", "config": {"layers": [\#(Self.dense)]}}"#)
        expect(nil, .unknownOperation("Custom"), #"{"class_name": "Custom", "config": {}}"#)
    }

    @Test func settingsAreNamed() {
        func unsupported(_ setting: String, _ value: String) -> ModelImportError.Problem {
            .unsupported(setting: setting, value: value)
        }
        let window = #""filters": 2, "kernel_size": [3, 3]"#
        expect(
            "Conv2D", window + #", "data_format": "channels_first""#, on: "4, 4, 3",
            unsupported("data_format", "channels_first"))
        expect("Conv2D", #""filters": 2, "kernel_size": [3, 0]"#, on: "4, 4, 3", unsupported("kernel_size", "[3, 0]"))
        expect("Conv2D", #""filters": -1, "kernel_size": 3"#, on: "4, 4, 3", unsupported("filters", "-1"))
        expect("Conv2D", window + #", "groups": 2"#, on: "4, 4, 3", unsupported("groups", "2"))
        expect("Conv2D", window, on: "4, 3", unsupported("input_shape", "[4, 3]"))
        expect("MaxPooling2D", #""pool_size": 3"#, on: "2, 4, 3", unsupported("input_shape", "[2, 4, 3]"))
        expect("Dense", #""units": 1e300"#, on: "3", unsupported("units", "1e+300"))
        expect("Dense", "", on: "3", unsupported("units", "null"))
        expect("Activation", #""activation": "leaky_relu""#, on: "3", unsupported("activation", "leaky_relu"))
        expect(
            "Activation", #""activation": {"class_name": "function", "config": "mine"}"#, on: "3",
            unsupported("activation", "mine"))
        expect("Activation", #""activation": "softmax""#, on: "3, 3", unsupported("activation", "softmax"))
        expect("LeakyReLU", #""alpha": 0.3"#, on: "3", unsupported("alpha", "0.3"))
        expect("ReLU", #""max_value": 6"#, on: "3", unsupported("max_value", "6"))
        expect("Dropout", #""rate": 1"#, on: "3", unsupported("rate", "1"))
        expect(
            "LSTM", #""units": 2, "recurrent_activation": "relu""#, on: "4, 3",
            unsupported("recurrent_activation", "relu"))
        expect("LSTM", #""units": 2, "go_backwards": true"#, on: "4, 3", unsupported("go_backwards", "true"))
        expect("GRU", #""units": 2, "stateful": true"#, on: "4, 3", unsupported("stateful", "true"))
        expect("Bidirectional", #""merge_mode": "sum""#, on: "4, 3", unsupported("merge_mode", "sum"))
        expect(
            "Bidirectional", #""layer": {"class_name": "Own", "config": {}}"#, on: "4, 3", unsupported("layer", "Own"))
        expect(
            "Embedding", #""input_dim": 9, "output_dim": 2, "mask_zero": true"#, on: "4",
            unsupported("mask_zero", "true"))
        expect("BatchNormalization", #""axis": 1"#, on: "4, 4, 3", unsupported("axis", "1"))
        expect("Reshape", #""target_shape": [5, -1]"#, on: "12", unsupported("target_shape", "[5, -1]"))
        expect("Normalization", #""axis": [1]"#, on: "4, 4, 3", unsupported("axis", "[1]"))
        expect("Rescaling", #""scale": 0"#, on: "3", unsupported("scale", "0"))
    }

    @Test func inputsAreNamed() {
        func model(_ shape: String) -> String {
            #"""
            {"class_name": "Sequential", "config": [
                {"class_name": "Dense", "config": {"name": "x", "units": 2, "batch_input_shape": \#(shape)}}]}
            """#
        }
        expect("x", .openInput, model("null"))
        expect("x", .openInput, model("[null, 4, null]"))
        expect("x", .openInput, model("[null, null, 4, 3]"))
        expect("x", .openInput, model("[null, 0]"))
        expect("x", .openInput, model("[null, 1000000, 1000000, 1000000]"))
        expect("x", .tensor("kernel", expected: [4, 2], found: nil), model("[null, 4]"))
    }

    /// A functional model of layers that read others, in the form of Keras 2.
    private func functional(_ layers: [(String, String, [String])], inputs: [String] = ["i"], outputs: [String])
        -> String
    {
        func nodes(_ names: [String]) -> String { names.map { #"["\#($0)", 0, 0]"# }.joined(separator: ", ") }
        let texts = layers.map { kind, name, reads in
            #"""
            {"class_name": "\#(kind)", "name": "\#(name)", "config": {"name": "\#(name)", "batch_shape": [null, 4], "rate": 0.1},
             "inbound_nodes": [\#(reads.isEmpty ? "" : "[\(nodes(reads))]")]}
            """#
        }
        return #"""
            {"class_name": "Model", "config": {"layers": [\#(texts.joined(separator: ", "))],
             "input_layers": [\#(nodes(inputs))], "output_layers": [\#(nodes(outputs))]}}
            """#
    }

    @Test func graphsAreNamed() {
        let input = ("InputLayer", "i", [String]())
        expect(
            nil, .inputsOrOutputs(inputs: 2, outputs: 1),
            functional(
                [input, ("InputLayer", "j", []), ("Add", "a", ["i", "j"])], inputs: ["i", "j"], outputs: ["a"]))
        expect(
            nil, .inputsOrOutputs(inputs: 1, outputs: 2),
            functional([input, ("Dropout", "d", ["i"])], outputs: ["i", "d"]))
        expect(
            nil, .unreadable("its layers read each other in a circle"),
            functional([input, ("Dropout", "d", ["e"]), ("Dropout", "e", ["d"])], outputs: ["e"]))
        expect(
            nil, .unreadable("d reads k, which it has not"),
            functional([input, ("Dropout", "d", ["k"])], outputs: ["d"]))
        expect(nil, .unreadable("two layers are named i"), functional([input, input], outputs: ["i"]))
        expect(
            "c", .unknownOperation("Concatenate"),
            functional([input, ("Concatenate", "c", ["i", "i"])], outputs: ["c"]))
        let twice = functional([input, ("Dropout", "d", ["i"]), ("Dropout", "e", ["d"])], outputs: ["e"])
        expect(
            "d", .unsupported(setting: "inbound_nodes", value: "1, 0"),
            twice.replacing(#"["d", 0, 0]"#, with: #"["d", 1, 0]"#))
        expect(
            "d", .unsupported(setting: "inbound_nodes", value: "2"),
            twice.replacing(#"[[["i", 0, 0]]]"#, with: #"[[["i", 0, 0]], [["i", 0, 0]]]"#))
        expect(nil, .unreadable("it has 4097 layers"), functional(Array(repeating: input, count: 4097), outputs: ["i"]))
    }

    /// Networks in words have 32 blocks in each other.
    @Test func blocksInBlocksHaveALimit() throws {
        func words(_ depth: Int) throws -> String {
            var layers: [(String, String, [String])] = [("InputLayer", "v0", [])]
            for index in 1...depth { layers.append(("Dropout", "v\(index)", ["v\(index - 1)"])) }
            var last = "v\(depth)"
            for index in (0..<depth).reversed() {
                layers.append(("Add", "a\(index)", [last, "v\(index)"]))
                last = "a\(index)"
            }
            var found = try network(functional(layers, inputs: ["v0"], outputs: [last]))
            let tensors = [
                "weight": FloatTensor(shape: [2, 4], repeating: 1), "bias": FloatTensor(shape: [2], repeating: 1),
            ]
            found.operations.append(
                .init(name: "o", kind: .item("dense 2", activation: .identity, [tensors]), inputs: [found.output]))
            found.output = found.operations.count
            return try found.checkpoint(task: nil).model.configuration.layers.shortText
        }
        #expect(try words(32).components(separatedBy: "residual").count == 33)
        for depth in [33, 2000] {
            #expect(throws: ModelImportError(file: "f", place: "v33", .branches)) { try words(depth) }
        }
    }

    @Test func shapesAreNamed() {
        let model = #"""
            {"class_name": "Sequential", "config": {"layers": [
                {"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 3]}}, \#(Self.dense)]}}
            """#
        let kernel = FloatTensor(shape: [4, 2], repeating: 1)
        #expect(throws: ModelImportError(file: "f", place: "d", .tensor("kernel", expected: [3, 2], found: [4, 2]))) {
            try network(model, .layers([("d", [kernel])]))
        }
        #expect(throws: ModelImportError(file: "f", place: "d", .tensor("bias", expected: [2], found: nil))) {
            try network(model, .paths(["layers/dense/vars/0": FloatTensor(shape: [3, 2], repeating: 1)]))
        }
    }

    @Test func filesAreNamed() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/f"
        try replaceFile(path, with: [Array("something".utf8)])
        #expect(throws: ModelImportError(file: path, .unknownKind(found: nil))) { try kerasNetwork(file: path) }
        try replaceFile(path, with: [Array("PK something".utf8)])
        #expect(throws: ModelImportError(file: path, .unreadable("it does not end as a zip archive does"))) {
            try kerasNetwork(file: path)
        }
        let file = try File.create(path)
        try file.root.writeText("model_config", "{")
        try file.root.writeTexts("layer_names", [])
        try file.close()
        #expect(throws: ModelImportError(file: path, .unreadable("the description of its network is no JSON"))) {
            try kerasNetwork(file: path)
        }
        #expect(throws: ModelImportError(file: try KerasRecording.path("text.weights.h5"), .noNetwork)) {
            try kerasNetwork(file: KerasRecording.path("text.weights.h5"))
        }
    }
}
