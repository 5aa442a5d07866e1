extension Network {
    /// The layers with tensors that a name stands for, in the network's order: the layer of that name, or all of a block, in
    /// its brackets too. Empty if there are none.
    package func layers(called name: String) -> [String] {
        let layers = layersWithTensors
        guard let line = lines.firstIndex(where: { $0.name == name }) else { return layers.filter { $0 == name } }
        let end = lines[(line + 1)...].firstIndex { $0.depth <= lines[line].depth } ?? lines.count
        let own = Set(lines[line..<end].flatMap(\.nodes).map { nodes[$0].name })
        return layers.filter(own.contains)
    }

    /// The names of layers with tensors or running statistics, in the network's order.
    package var layersWithTensors: [String] {
        // A normalisation has the name of the layer before it.
        nodes.filter(\.hasNumbers).map(\.name).reduce(into: []) { names, name in
            if names.last != name { names.append(name) }
        }
    }

    /// All names of layers with tensors, and of blocks that have some.
    package var layerNames: [String] {
        let blocks = lines.map(\.name).filter { !layersWithTensors.contains($0) && !layers(called: $0).isEmpty }
        return layersWithTensors + blocks
    }

    /// The layers with tensors that read the network's input with no other such layer in between.
    package var layersOfInput: Set<String> {
        var layers: Set<String> = []
        var isInput = [true]
        for node in nodes {
            let readsInput = node.inputs.contains { isInput[$0] }
            if readsInput && node.hasNumbers { layers.insert(node.name) }
            isInput.append(readsInput && !node.hasNumbers)
        }
        return layers
    }
}

extension Node {
    /// Whether training gives it tensors or running statistics.
    fileprivate var hasNumbers: Bool { !layer.tensors.isEmpty || !layer.statistics.isEmpty }
}
