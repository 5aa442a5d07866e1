/// A model in the Open Neural Network Exchange format, as far as feed-forward and recurrent networks need it.
///
/// The field numbers here and in the other files are those of onnx/onnx.proto, version 1.23.
package struct ONNXModel: Sendable, Equatable {
    /// Sets of operators by domain and version; the domain "" is ONNX's own.
    package struct OperatorSet: Sendable, Equatable {
        /// The domain, which nodes name.
        package var domain: String
        /// The version of the domain's operators.
        package var version: Int64

        /// A version of the operators of a domain.
        package init(domain: String = "", version: Int64) {
            self.domain = domain
            self.version = version
        }
    }

    /// A text about the model.
    package struct Entry: Sendable, Equatable {
        /// What the text is about.
        package var key: String
        /// The text.
        package var text: String

        /// A text about the model.
        package init(key: String = "", text: String = "") { (self.key, self.text) = (key, text) }
    }

    /// The version of the format itself.
    package var formatVersion: Int64 = 0
    /// The program that wrote the model.
    package var producer = ""
    /// The version of that program.
    package var producerVersion = ""
    /// Which versions of operators the nodes mean.
    package var operatorSets: [OperatorSet] = []
    /// What the model computes.
    package var graph = ONNXGraph()
    /// Texts about the model, which mean nothing to a computation.
    package var entries: [Entry] = []

    /// An empty model.
    package init() {}
}

/// The computation: nodes in an order in which each finds its inputs computed.
package struct ONNXGraph: Sendable, Equatable {
    /// The graph's name, which means nothing to a computation.
    package var name = ""
    /// The operations.
    package var nodes: [ONNXNode] = []
    /// Constants, the parameters among them. A name is also one of `inputs` in models of format versions before 4.
    package var constants: [StoredTensor] = []
    /// The values that a computation is given.
    package var inputs: [ONNXValue] = []
    /// The values that it returns.
    package var outputs: [ONNXValue] = []

    /// An empty graph.
    package init() {}
}

/// The name and type of a graph's input or output.
package struct ONNXValue: Sendable, Equatable {
    /// One dimension of a shape.
    package enum Dimension: Sendable, Equatable {
        /// A size that is known.
        case size(Int)
        /// Any size, such as that of a minibatch; equal names mean equal sizes.
        case named(String)
        /// Any size.
        case unknown
    }

    /// The name by which nodes read or write the value.
    package var name: String
    /// The type of the elements; nil if the value is no tensor.
    package var elementType: ONNXElementType?
    /// nil if even the number of dimensions is open.
    package var shape: [Dimension]?

    /// A value of a name and type.
    package init(name: String, elementType: ONNXElementType?, shape: [Dimension]?) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }
}

/// The type of a tensor's elements: a number of TensorProto.DataType.
package struct ONNXElementType: RawRepresentable, Sendable, Equatable {
    /// Numbers of single precision.
    package static let float = Self(rawValue: 1)
    /// Integers of 32 bits, which recurrent operators take for the lengths of sequences.
    package static let int32 = Self(rawValue: 6)
    /// Integers of 64 bits, which other operators take.
    package static let int64 = Self(rawValue: 7)
    /// Numbers of double precision.
    package static let double = Self(rawValue: 11)

    /// The format's number of the type.
    package let rawValue: Int64

    /// The type of a number, known or not.
    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// One operation.
package struct ONNXNode: Sendable, Equatable {
    /// The operator, such as "Gemm".
    package var operation: String
    /// The domain of the operator; "" is ONNX's own.
    package var domain = ""
    /// The node's name, which errors of other programs say; "" for none.
    package var name: String
    /// The names of the values that the node reads; "" for an optional one that is not given.
    package var inputs: [String]
    /// The names of the values that it makes; "" for one that is not wanted.
    package var outputs: [String]
    /// What differs from the operator's defaults.
    package var attributes: [ONNXAttribute]

    /// A node of an operator of ONNX's own domain.
    package init(
        _ operation: String, name: String, inputs: [String], outputs: [String], attributes: [ONNXAttribute] = []
    ) {
        self.operation = operation
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }

    /// The attribute of a name; nil if the node leaves it to its default.
    package func attribute(_ name: String) -> ONNXAttribute.Value? { attributes.first { $0.name == name }?.value }
}

/// A setting of a node.
package struct ONNXAttribute: Sendable, Equatable {
    /// A value of one of the format's types.
    package enum Value: Sendable, Equatable {
        case float(Float)
        case integer(Int64)
        case text(String)
        case tensor(StoredTensor)
        case floats([Float])
        case integers([Int64])
        case texts([String])
        /// A graph, a sparse tensor or another type that only larger models have: a number of AttributeProto.AttributeType.
        case other(type: Int64)
    }

    /// The name, which the operator defines.
    package var name: String
    /// The value.
    package var value: Value

    /// An attribute of a name and value.
    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}
