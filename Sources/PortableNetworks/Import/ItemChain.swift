import Kernels
import RunSettings

/// The items of a network in words that a graph of operations is: one after another, with residual blocks where a value is read twice.
package struct ItemChain {
    /// An item, and the tensors of its nodes.
    package struct Item {
        /// Without its activation, if it has one.
        let text: String
        var activation: Activation?
        package let tensors: [[String: FloatTensor]]
        /// The operation that it comes from.
        let name: String

        /// With its activation, if that is not the one of a network that says none.
        var fullText: String {
            activation.map { $0 == Configuration().activation ? text : "\(text) activation=\($0.rawValue)" } ?? text
        }
        var isDense: Bool { text.hasPrefix("dense ") }
    }

    /// Blocks in blocks beyond this are read by no `NetworkReader`.
    private static let deepest = 32

    private let network: ForeignNetwork
    /// The operations that read each value.
    private let readers: [[Int]]

    package init(_ network: ForeignNetwork) {
        self.network = network
        var readers = Array(repeating: [Int](), count: network.operations.count + 1)
        for (index, operation) in network.operations.enumerated() {
            for input in operation.inputs { readers[input].append(index) }
        }
        self.readers = readers
    }

    /// - Throws: `.branches`, `.shortcut`.
    package func items() throws(ModelImportError) -> [Item] {
        let (items, end) = try path(from: 0, depth: 1)
        guard end == nil else { throw network.error(.branches, at: end.map { network.operations[$0].name }) }
        return items
    }

    /// The items from a value on.
    /// - Returns: the sum that ends them, which is that of a block around them; nil at the network's output.
    private func path(from start: Int, depth: Int) throws(ModelImportError) -> (items: [Item], sum: Int?) {
        var (items, value) = ([Item](), start)
        while value != network.output {
            switch readers[value].count {
            case 1:
                let reader = readers[value][0]
                let operation = network.operations[reader]
                if case .sum = operation.kind { return (items, reader) }
                append(operation, to: &items)
                value = reader + 1
            case 2:
                let (block, sum) = try residual(from: value, depth: depth)
                items.append(block)
                value = sum + 1
            default:
                throw network.error(.branches, at: readers[value].first.map { network.operations[$0].name })
            }
        }
        return (items, nil)
    }

    private func append(_ operation: ForeignNetwork.Operation, to items: inout [Item]) {
        switch operation.kind {
        case .same, .sum: break
        case .item(let text, let activation, let tensors):
            items.append(Item(text: text, activation: activation, tensors: tensors, name: operation.name))
        case .activation(let activation):
            if activation == .identity { return }
            if let last = items.last, last.activation == .identity {
                items[items.count - 1].activation = activation
            } else {
                items.append(
                    Item(text: "activation \(activation.rawValue)", tensors: [], name: operation.name))
            }
        }
    }

    /// The block around which a value goes to a sum.
    private func residual(from value: Int, depth: Int) throws(ModelImportError) -> (Item, sum: Int) {
        guard depth <= Self.deepest else {
            throw network.error(.branches, at: readers[value].first.map { network.operations[$0].name })
        }
        var branches: [(items: [Item], sum: Int?)] = []
        for reader in readers[value] {
            let operation = network.operations[reader]
            if case .sum = operation.kind {
                branches.append(([], reader))
                continue
            }
            let rest = try path(from: reader + 1, depth: depth + 1)
            var items: [Item] = []
            append(operation, to: &items)
            // An activation after the first operation belongs to it.
            if let first = rest.items.first, items.last?.activation == .identity,
                let activation = Activation(rawValue: String(first.text.dropFirst("activation ".count))),
                first.text.hasPrefix("activation ")
            {
                items[items.count - 1].activation = activation
                branches.append((items + rest.items.dropFirst(), rest.sum))
            } else {
                branches.append((items + rest.items, rest.sum))
            }
        }
        let place = network.operations[readers[value][0]].name
        guard let sum = branches[0].sum, sum == branches[1].sum else { throw network.error(.branches, at: place) }
        let ordered = branches.map(\.items).sorted { $0.count > $1.count }
        let (main, shortcut) = (ordered[0], ordered[1])
        guard !main.isEmpty else { throw network.error(.branches, at: place) }
        guard shortcut.isEmpty || Self.isProjection(shortcut, of: main) else {
            throw network.error(.shortcut, at: shortcut[0].name)
        }
        let text = main.map(\.fullText).joined(separator: ", ")
        return (
            Item(
                text: "residual [\(text)] project=\(shortcut.isEmpty ? "no" : "yes")", activation: .identity,
                tensors: (main + shortcut).flatMap(\.tensors), name: network.operations[sum].name), sum
        )
    }

    /// Whether items are a linear layer of one place without bias, with the block's last normalisation after it.
    private static func isProjection(_ shortcut: [Item], of main: [Item]) -> Bool {
        let linear = shortcut[0]
        let words = linear.text.split(separator: " ")
        let isPlace = words[0] == "dense" || words[0] == "conv" && words.count > 2 && ["1", "1x1"].contains(words[2])
        guard isPlace, linear.activation == .identity, linear.tensors.allSatisfy({ $0["bias"] == nil }) else {
            return false
        }
        let norm = main.last { $0.text.contains("-norm") }?.text
        return shortcut.dropFirst().map(\.text) == (norm.map { [$0] } ?? [])
    }
}
