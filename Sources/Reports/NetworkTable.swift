import Layers
import Messages
import Models
import Networks

/// Text whose lines begin below the words after `network  `.
private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "         " + $0 }.joined(separator: "\n")
}

extension Network {
    /// A line for each item: its name in checkpoints, its output's shape, and what it takes. Operations are those of a forward pass; the memory is that
    /// of its outputs and their gradients.
    package var table: String {
        var table = TextTable(Self.tableHeader, alignsRight: [false, false, false, true, true, true])
        for row in tableRows { table.append(row) }
        return indented(table.text)
    }

    static let tableHeader = ["layer", "name", "output", "parameters", "operations a sample", "bytes a sample"]

    /// A row for each item, and one for all.
    var tableRows: [[String]] {
        var rows: [[String]] = []
        var (operations, bytes) = (0, 0)
        for line in lines {
            let layers: [any Layer] = line.nodes.map { nodes[$0].layer }
            let parameters = layers.flatMap { $0.tensors }.reduce(0) { $0 + $1.count }
            let ownOperations = layers.reduce(0) { $0 + $1.operations }
            let ownBytes = layers.reduce(0) { $0 + 8 * $1.outputShape.reduce(1, *) }
            operations += ownOperations
            bytes += ownBytes
            rows.append(
                [String(repeating: "  ", count: line.depth) + line.text, line.name, dimensions(line.outputShape)]
                    + [parameters, ownOperations, ownBytes].map(grouped))
        }
        rows.append(["all", "", ""] + [layout.parameterCount, operations, bytes].map(grouped))
        return rows
    }
}

extension Model {
    /// 784-512-256-10, relu, softmax, cross-entropy; 535,818 parameters
    package var description: String {
        let activation = network.hiddenActivations.isEmpty ? "" : "\(configuration.activation.rawValue), "
        return network.shortText + ", \(activation)"
            + "\(network.objective.outputActivation.rawValue), \(network.objective.loss.rawValue); "
            + "\(grouped(network.layout.parameterCount)) parameters"
    }
}
