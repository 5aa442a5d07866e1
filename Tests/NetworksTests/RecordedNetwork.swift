import HDF5
import Kernels
import Layers
import Networks
import RecurrentLayers
import Testing

/// What another framework recorded of a network in a group of a file: features, targets, outputs and loss, and a dataset for each tensor
/// in parameters/ and gradients/.
struct RecordedNetwork {
    private let group: Group
    private let network: Network

    init(_ group: Group, _ network: Network) { (self.group, self.network) = (group, network) }

    /// A network whose words and axes are attributes of the group, with tanh and three outputs.
    /// - Parameter flattens: whether the recording reads all steps of a sequence as one row.
    static func inWords(_ group: Group, flattens: Bool = false) throws -> RecordedNetwork {
        let words = try group.readString("layers") + (flattens ? ", flatten" : "")
        let network = try Network(
            inputShape: Array(group.dataset("features").shape.dropFirst()), axes: group.readString("axes"),
            items: NetworkReader.all.items(of: words), activation: .tanh,
            objective: Objective(loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3))
        return RecordedNetwork(group, network)
    }

    private func recorded(_ path: String) throws -> [Double] { try group.dataset(path).read(as: Double.self) }

    func expectOutputsLossAndGradients(sourceLocation: SourceLocation = #_sourceLocation) throws {
        func expectClose(_ found: [Float], _ expected: [Double], _ what: String) {
            // 1e-5 of the largest element: some 170 roundings, of which a path through these networks has fewer.
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(
                found.count == expected.count && difference <= 1e-5 * largest, "\(what): \(difference / largest)",
                sourceLocation: sourceLocation)
        }
        let shape = try group.dataset("features").shape
        let parameters = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors {
            try fill(parameters.view.slice(tensor), recorded("parameters/\(tensor.layer)/\(tensor.name)"))
        }
        let features = FloatBuffer(count: shape.reduce(1, *))
        try fill(features.view, recorded("features"))
        let hasLengths = try group.members().contains { $0.name == "lengths" }
        let pass = try FullPass(
            network, rows: shape[0], lengths: hasLengths ? recorded("lengths").map { Int($0) } : nil)
        try expectClose(pass.outputs(features.view, parameters: parameters.view), recorded("outputs"), "outputs")

        let targets = try recorded("targets")
        let (ids, values) = (AlignedBuffer<Int32>(count: shape[0]), FloatBuffer(count: targets.count))
        fill(values.view, targets)
        if targets.count == shape[0] { for (row, id) in targets.enumerated() { ids.view[row] = Int32(id) } }
        let gradients = FloatBuffer(count: network.layout.bufferCount)
        let sum = try pass.train(
            features.view, targets.count == shape[0] ? .classes(ids.view) : .values(values.view),
            totalWeight: Double(shape[0]), parameters: parameters.view, gradients: gradients.view)
        try expectClose([Float(sum.loss / Double(shape[0]))], recorded("loss"), "loss")
        for tensor in network.layout.tensors {
            let name = "\(tensor.layer)/\(tensor.name)"
            try expectClose(gradients.view.slice(tensor).array, recorded("gradients/\(name)"), name)
        }
    }

    private func fill(_ view: FloatView, _ values: [Double]) {
        for (index, value) in values.enumerated() { view[index] = Float(value) }
    }
}
