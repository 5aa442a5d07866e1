import Kernels
import Splits

/// A network of another program as a graph of operations that networks in words have: what an importer makes of a file.
package struct ForeignNetwork {
    /// The file's path, for errors.
    package let file: String
    /// The shape of a sample as other files have it; of sequences whose length is open, that of `openSteps` steps.
    package var inputShape: [Int]
    /// The axes of a sample, such as "CHW"; nil if they do not matter.
    package var axes: String?
    /// Whether sequences may have any length.
    package var hasLengths = false
    /// Whether the output is one row for each step of a sequence.
    package var outputsAreOfSteps = false
    /// What the first operations do to raw values; nil for nothing.
    package var scaling: InputScaling?
    /// In an order in which each finds its inputs computed.
    package var operations: [Operation] = []
    /// The value that the network returns.
    package var output = 0
    /// What Lockstep wrote into the file; nil for files of others.
    package var description: NetworkDescription?
    /// The names of the classes; empty if the file has none.
    package var classNames: [String] = []

    package init(
        file: String, inputShape: [Int], axes: String? = nil, operations: [Operation] = [], output: Int = 0
    ) {
        (self.file, self.inputShape, self.axes) = (file, inputShape, axes)
        (self.operations, self.output) = (operations, output)
    }

    /// The steps of a sequence whose length the file leaves open.
    package static let openSteps = 32

    /// One operation. Values count from the input, 0, over the output of the first operation, 1, and so on.
    package struct Operation {
        package enum Kind {
            /// A linear or recurrent layer in words, without its activation, or any other item; and the tensors of each node that it
            /// makes and that has any, by their names in a checkpoint.
            case item(String, activation: Activation? = nil, [[String: FloatTensor]] = [])
            /// An activation function by itself.
            case activation(Activation)
            /// The sum of two values.
            case sum
            /// Nothing: what matters in training alone.
            case same
        }

        /// Its name in the file.
        package let name: String
        package let kind: Kind
        package let inputs: [Int]

        package init(name: String, kind: Kind, inputs: [Int]) {
            (self.name, self.kind, self.inputs) = (name, kind, inputs)
        }
    }

    package func error(_ problem: ModelImportError.Problem, at place: String? = nil) -> ModelImportError {
        ModelImportError(file: file, place: place, problem)
    }
}
