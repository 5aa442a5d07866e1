import Kernels
import Networks
import TestSupport
import Testing

@Suite struct ParameterLayoutTests {
    private let network = Network(
        inputShape: [2, 3], hiddenWidths: [5, 7], activation: .relu,
        objective: Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 3))

    @Test func tensorsAreNamedByTheirLayersInOrder() {
        let tensors = network.layout.tensors
        #expect(
            tensors.map { "\($0.layer)/\($0.name)" } == [
                "dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias", "output/weight", "output/bias",
            ])
        #expect(tensors.map(\.shape) == [[5, 6], [5], [7, 5], [7], [3, 7], [3]])
        #expect(tensors.map(\.count) == [30, 5, 35, 7, 21, 3])
        #expect(tensors.map(\.isWeight) == [true, false, true, false, true, false])
    }

    @Test func offsetsAreWhole64ByteLines() {
        // 30, 5, 35, 7, 21 and 3 floats take 2, 1, 3, 1, 2 and 1 lines of 16.
        #expect(network.layout.tensors.map(\.offset) == [0, 32, 48, 96, 112, 144])
        #expect(network.layout.bufferCount == 160)
        #expect(network.layout.nodeRanges == [0..<48, 48..<112, 112..<160])
        let parameters = network.initialParameters(seed: 1)
        #expect(Int(bitPattern: parameters.view.base) % 64 == 0)
    }

    @Test func gapsAreNotCountedAsParameters() {
        #expect(network.layout.parameterCount == 30 + 5 + 35 + 7 + 21 + 3)
    }

    @Test func gapsOfTheInitialParametersAreZero() {
        let parameters = network.initialParameters(seed: 1)
        #expect(parameters.count == network.layout.bufferCount)
        var inGap = [Bool](repeating: true, count: parameters.count)
        for tensor in network.layout.tensors {
            for index in tensor.offset..<tensor.offset + tensor.count { inGap[index] = false }
        }
        #expect(inGap.count { $0 } == 160 - 101)
        #expect((0..<parameters.count).allSatisfy { !inGap[$0] || parameters.view[$0] == 0 })
    }

    @Test func aTensorsSliceIsItsRange() {
        let buffer = FloatBuffer(count: network.layout.bufferCount)
        for index in 0..<buffer.count { buffer.view[index] = Float(index) }
        #expect(buffer.view.slice(network.layout.tensors[3]).array == [96, 97, 98, 99, 100, 101, 102])
    }

    @Test func aSampleOfSeveralDimensionsIsOneRow() {
        #expect(network.inputs == 6)
        #expect(network.inputShape == [2, 3])
    }

    @Test func aNetworkWithoutHiddenLayersIsOneLayer() {
        let network = Network(
            inputShape: [4], hiddenWidths: [], activation: .relu,
            objective: Objective(loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 1))
        #expect(network.layout.tensors.map(\.layer) == ["output", "output"])
        #expect(network.layout.bufferCount == 32)
    }
}
