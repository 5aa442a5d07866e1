import Inspections
import Layers
import Messages
import Networks

/// Text whose lines begin below the words after `network  `.
private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "         " + $0 }.joined(separator: "\n")
}

extension Network {
    /// A line for each item: its name in checkpoints, its output's shape, and what it takes. Operations are those of a forward pass; the memory is that
    /// of its outputs and their gradients.
    var table: String {
        var table = TextTable(
            ["layer", "name", "output", "parameters", "operations a sample", "bytes a sample"],
            alignsRight: [false, false, false, true, true, true])
        var (operations, bytes) = (0, 0)
        for line in lines {
            let layers: [any Layer] = line.nodes.map { nodes[$0].layer }
            let parameters = layers.flatMap { $0.tensors }.reduce(0) { $0 + $1.count }
            let ownOperations = layers.reduce(0) { $0 + $1.operations }
            let ownBytes = layers.reduce(0) { $0 + 8 * $1.outputShape.reduce(1, *) }
            operations += ownOperations
            bytes += ownBytes
            table.append(
                [String(repeating: "  ", count: line.depth) + line.text, line.name, dimensions(line.outputShape)]
                    + [parameters, ownOperations, ownBytes].map(grouped))
        }
        table.append(["all", "", ""] + [layout.parameterCount, operations, bytes].map(grouped))
        return indented(table.text)
    }
}
