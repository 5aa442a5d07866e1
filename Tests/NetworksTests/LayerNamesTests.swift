import Layers
import Networks
import RecurrentLayers
import Testing

/// Names by which layers with tensors are called.
@Suite struct LayerNamesTests {
    private func network(_ text: String) throws -> Network {
        try Network(
            inputShape: [6], items: NetworkReader.all.items(of: text), activation: .relu,
            objective: Objective(loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 2))
    }

    @Test func aBlockIsCalledForAllThatIsInIt() throws {
        let network = try network(
            "4, residual [5, residual [7, 5] name=inner, dropout 0.1], 3 name=last, activation tanh")
        #expect(
            network.layersWithTensors
                == ["dense1", "dense2", "dense3", "dense4", "residual1/project", "last", "output"])
        #expect(network.layers(called: "dense1") == ["dense1"])
        #expect(network.layers(called: "inner") == ["dense3", "dense4"])
        #expect(network.layers(called: "residual1") == ["dense2", "dense3", "dense4", "residual1/project"])
        #expect(network.layers(called: "residual1/project") == ["residual1/project"])
        #expect(network.layers(called: "last") == ["last"] && network.layers(called: "output") == ["output"])
        for name in ["dropout1", "activation1", "residual1/activation", "residual", "dense5", ""] {
            #expect(network.layers(called: name) == [], "\(name)")
        }
        #expect(network.layerNames == network.layersWithTensors + ["residual1", "inner"])
    }

    @Test(arguments: [
        ("4, 3", ["dense1"]), ("dropout 0.5, activation tanh, 4, 3", ["dense1"]),
        ("residual [6], 3", ["dense1", "dense2"]), ("residual [4], 3", ["dense1", "residual1/project"]),
        ("dropout 0.5", ["output"]),
    ])
    func someLayersReadTheInput(text: String, layers: [String]) throws {
        #expect(try network(text).layersOfInput == Set(layers))
    }
}
