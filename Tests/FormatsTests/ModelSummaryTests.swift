import DurableFiles
import Foundation
import Testing

@testable import Formats

/// Writes what is read of many models, for Fixtures/check_models.py to compare with what onnx reads:
///
///     FORMATS_MODELS=…/site-packages/onnx/backend/test/data FORMATS_OUTPUT=/tmp/formats \
///         swift test --filter ModelSummaryTests
///     python3 check_models.py …/site-packages/onnx/backend/test/data /tmp/formats/models.txt
@Suite(.enabled(if: ProcessInfo.processInfo.environment["FORMATS_MODELS"] != nil)) struct ModelSummaryTests {
    @Test func summarisesModels() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FORMATS_MODELS"])
        let output = try #require(ProcessInfo.processInfo.environment["FORMATS_OUTPUT"])
        try createDirectories(output)
        var lines: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() where path.hasSuffix(".onnx") {
            let bytes = try readFile("\(folder)/\(path)")
            do {
                lines.append("\(path): \(Self.summary(of: try ONNXModel(bytes)))")
            } catch let error as ONNXError {
                lines.append("\(path): refused, \(error.reason)")
            }
        }
        try replaceFile("\(output)/models.txt", with: [Array(lines.joined(separator: "\n").utf8)])
    }

    private static func summary(of model: ONNXModel) -> String {
        let parts =
            [model.formatVersion.description, model.graph.name]
            + model.operatorSets.map { "\($0.domain):\($0.version)" }
            + model.graph.nodes.map(summary(of:)) + model.graph.constants.map(summary(of:))
            + (model.graph.inputs + model.graph.outputs).map(summary(of:))
        return parts.joined(separator: " | ").replacing("\n", with: " ")
    }

    private static func summary(of node: ONNXNode) -> String {
        let attributes = node.attributes.map { "\($0.name)=\(summary(of: $0.value))" }
        let names = node.inputs + ["→"] + node.outputs
        return
            "\(node.domain):\(node.operation) \(node.name) \(names.joined(separator: ",")) \(attributes.joined(separator: ","))"
    }

    private static func summary(of value: ONNXAttribute.Value) -> String {
        switch value {
        case .float(let value): value.bitPattern.description
        case .integer(let value): value.description
        case .text(let value): value
        case .tensor(let value): summary(of: value)
        case .floats(let values): values.map(\.bitPattern.description).joined(separator: ";")
        case .integers(let values): values.map(\.description).joined(separator: ";")
        case .texts(let values): values.joined(separator: ";")
        case .other(let type): "type \(type)"
        }
    }

    private static func summary(of tensor: StoredTensor) -> String {
        "\(tensor.name) \(tensor.shape) \(ZipRecord.checksum(of: tensor.elements.bytes))"
    }

    private static func summary(of value: ONNXValue) -> String {
        let shape = value.shape.map { dimensions in
            dimensions.map { dimension in
                switch dimension {
                case .size(let size): size.description
                case .named(let name): name
                case .unknown: "?"
                }
            }.joined(separator: ",")
        }
        return "\(value.name) \(value.elementType?.rawValue ?? 0) [\(shape ?? "open")]"
    }
}
