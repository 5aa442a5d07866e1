import DurableFiles
import Layers
import RunSettings

/// Why a network of another program cannot be brought into a checkpoint.
package struct ModelImportError: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        /// The file is of no kind that is read; `found` is what it seems to be.
        case unknownKind(found: FileKind?)
        /// The file is damaged, or not of the format that its beginning says; the reason in words.
        case unreadable(String)
        /// The file has parameters and no description of the network.
        case noNetwork
        /// An operator or a layer that networks in words have not.
        case unknownOperation(String)
        /// An attribute or a setting of an operation has a value that networks in words have not.
        case unsupported(setting: String, value: String)
        /// The version of the operators is older or newer than those that are known.
        case operatorSet(Int, known: ClosedRange<Int>)
        /// An operation needs a constant that the file does not have, or has in another shape.
        case tensor(String, expected: [Int]?, found: [Int]?)
        /// The values go other ways than one after another, or around a block to a sum.
        case branches
        /// The shortcut around a block is no linear layer without bias.
        case shortcut
        /// The network has several inputs or outputs.
        case inputsOrOutputs(inputs: Int, outputs: Int)
        /// The shape of the input is not said.
        case openInput
        /// The last layer is none of dense neurons.
        case noDenseOutput
        /// A number of a layer is beyond what networks in words have.
        case words(NetworkTextError)
        /// The layers do not fit each other.
        case doesNotFit(NetworkItemError)
        /// The settings of the objective do not fit the outputs.
        case settings(SettingsError)
        /// A parameter is no finite number.
        case notFinite(tensor: String)
        /// There is not enough memory for the parameters.
        case tooLarge
    }

    package let file: String
    /// The operation or the layer in the file; nil for the whole file.
    package let place: String?
    package let problem: Problem

    package init(file: String, place: String? = nil, _ problem: Problem) {
        (self.file, self.place, self.problem) = (file, place, problem)
    }
}
