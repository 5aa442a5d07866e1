import Formats
import Kernels

extension ONNXExport {
    /// An activation function of a value.
    /// - Parameters:
    ///   - isOfRows: whether softmax is over the last axis; else it is over all of a sample.
    ///   - shape: of a sample of the value, in the order that the value has.
    mutating func activated(
        _ value: String, _ activation: Activation, of place: String, isOfRows: Bool, shape: [Int]
    ) -> String {
        func one(_ operation: String, _ attributes: [ONNXAttribute] = []) -> String {
            writer.add(operation, [value], of: place, attributes)
        }
        switch activation {
        case .identity: return value
        case .step:
            let isPositive = writer.add("GreaterOrEqual", [value, writer.number(0)], of: place)
            return writer.add("Cast", [isPositive], of: place, [.init("to", .integer(1))])
        case .sign: return one("Sign")
        case .sigmoid: return one("Sigmoid")
        case .tanh: return one("Tanh")
        case .relu: return one("Relu")
        case .leakyReLU: return one("LeakyRelu", [.init("alpha", .float(0.01))])
        case .elu: return one("Elu", [.init("alpha", .float(1))])
        case .selu: return one("Selu")
        case .gelu: return one("Gelu")
        case .geluTanh: return one("Gelu", [.init("approximate", .text("tanh"))])
        case .silu: return writer.add("Mul", [value, one("Sigmoid")], of: place)
        case .softplus: return one("Softplus")
        case .softmax, .logSoftmax:
            let operation = activation == .softmax ? "Softmax" : "LogSoftmax"
            let axis = [ONNXAttribute("axis", .integer(-1))]
            guard !isOfRows, shape.count > 1 else { return one(operation, axis) }
            let flat = writer.add("Reshape", [value, writer.integers([-1, shape.reduce(1, *)])], of: place)
            let result = writer.add(operation, [flat], of: place, axis)
            return writer.add("Reshape", [result, writer.integers([-1] + shape)], of: place)
        }
    }
}
