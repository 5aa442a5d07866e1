import DurableFiles
import PortableNetworks

/// A layer as Keras has it, with its variables.
struct KerasLayer {
    /// The class, such as "Conv2D".
    let kind: String
    let name: String
    let settings: [(String, JSON)]
    /// The layers that it reads, by their places in the plan.
    let inputs: [Int]
    /// The layer with the mask of the sequences; nil if it reads none.
    let mask: Int?
    let objects: [Object]
    let shape: Shape

    /// A part of a layer that has variables of its own.
    struct Object {
        /// The path below the layer in files of Keras 3: "" for the layer itself, "cell" for that of a recurrent layer.
        let path: String
        /// The path below the layer in legacy files.
        let legacyPath: String
        let variables: [(name: String, tensor: FloatTensor)]
    }

    /// The shape of one sample.
    struct Shape: Equatable {
        var sizes: [Int]
        /// Whether the first size is open, since sequences differ in length.
        var isOpen = false

        var json: JSON {
            .array([.null] + sizes.enumerated().map { isOpen && $0 == 0 ? .null : .integer($1) })
        }
    }
}

/// The name that Keras 3 gives a class in its files: "conv2d_transpose", "simple_rnn".
func kerasPathName(of kind: String) -> String {
    let letters = Array(kind)
    return letters.indices.reduce(into: "") { name, index in
        let letter = letters[index]
        let next = index + 1 < letters.count ? letters[index + 1] : "A"
        let beginsWord = next.isLowercase || next.isNumber
        if index > 0, letter.isUppercase, beginsWord || letters[index - 1].isLowercase { name += "_" }
        name += letter.lowercased()
    }
}

/// Gives the layers of a model the names that Keras 3 gives them in its files: "dense", "dense_1".
struct KerasPathNames {
    private var counts: [String: Int] = [:]

    mutating func next(_ kind: String) -> String {
        let name = kerasPathName(of: kind)
        let count = counts[name, default: 0]
        counts[name] = count + 1
        return count == 0 ? name : "\(name)_\(count)"
    }
}
