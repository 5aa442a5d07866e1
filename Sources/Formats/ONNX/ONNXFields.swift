/// The numbers of the fields of onnx/onnx.proto that are read and written.
enum ONNXField {
    enum Model {
        static let (formatVersion, producer, producerVersion, graph, operatorSets, entries) = (1, 2, 3, 7, 8, 14)
    }

    enum OperatorSet {
        static let (domain, version) = (1, 2)
    }

    enum Entry {
        static let (key, text) = (1, 2)
    }

    enum Graph {
        static let (nodes, name, constants, inputs, outputs) = (1, 2, 5, 11, 12)
    }

    enum Node {
        static let (inputs, outputs, name, operation, attributes, domain) = (1, 2, 3, 4, 5, 7)
    }

    enum Attribute {
        static let (name, float, integer, text, tensor) = (1, 2, 3, 4, 5)
        static let (floats, integers, texts, type) = (7, 8, 9, 20)
    }

    enum Tensor {
        static let (shape, type, floats, integers, name, bytes, doubles, location) = (1, 2, 4, 7, 8, 9, 10, 14)
    }

    enum Value {
        static let (name, type) = (1, 2)
        /// Of TypeProto, and of the tensor's type in it.
        static let (tensorType, elementType, shape) = (1, 1, 2)
        /// Of TensorShapeProto, and of a dimension in it.
        static let (dimension, size, sizeName) = (1, 1, 2)
    }
}

/// The numbers of AttributeProto.AttributeType.
enum ONNXAttributeType {
    static let (float, integer, text, tensor) = (Int64(1), Int64(2), Int64(3), Int64(4))
    static let (floats, integers, texts) = (Int64(6), Int64(7), Int64(8))
}
