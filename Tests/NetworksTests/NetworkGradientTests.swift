import Kernels
import Networks
import Reference
import TestSupport
import Testing

/// The network against the reference: losses, counts and the gradients of every tensor.
@Suite struct NetworkGradientTests {
    @Test(arguments: NetworkKind.all)
    func lossAndGradientsAreTheReferences(kind: NetworkKind) throws {
        try expectTheReferences(kind, .fp32)
    }

    /// Only for smooth functions, since a rounding may choose the other side of a kink.
    @Test(arguments: NetworkKind.all.filter(\.isSmooth))
    func withBFloat16TheyAreAsFarFromItAsItsRoundings(kind: NetworkKind) throws {
        try expectTheReferences(kind, .bf16)
    }

    private func expectTheReferences(_ kind: NetworkKind, _ precision: Precision) throws {
        for (index, shape) in NetworkShape.all.enumerated() {
            let example = try NetworkCase(shape, kind, precision: precision, seed: UInt64(100 + index))
            let (sum, gradients) = try pass(example)

            let loss = example.expectedLoss()
            #expect(abs(sum.loss - loss.value) <= loss.tolerance, "loss \(sum.loss), not \(loss.value): \(shape)")
            for (tensor, expected) in zip(example.network.layout.tensors, example.expectedGradients()) {
                let found = gradients.view.slice(tensor).array
                let wrong = found.indices.first {
                    !(abs(Double(found[$0]) - expected.values[$0]) <= expected.tolerance)
                }
                if let wrong {
                    Issue.record(
                        """
                        \(tensor.layer)/\(tensor.name) [\(wrong)] is \(found[wrong]), not \(expected.values[wrong]): \
                        \(shape)
                        """)
                }
            }
        }
    }

    @Test(arguments: NetworkKind.all)
    func countsAreTheReferences(kind: NetworkKind) throws {
        for (index, shape) in NetworkShape.all.enumerated() {
            for correctness in kind.areClasses || kind.loss == .crossEntropy || kind.loss == .divergence
                ? [.largest] : [Correctness.largest, .threshold, .none]
            {
                let example = try NetworkCase(shape, kind, correctness: correctness, seed: UInt64(200 + index))
                let count = try pass(example).sum.correct
                #expect(count == expectedCount(example, correctness), "\(correctness): \(shape)")
            }
        }
    }

    @Test(arguments: NetworkKind.all)
    func outputsAreTheReferences(kind: NetworkKind) throws {
        for shape in NetworkShape.all {
            let example = try NetworkCase(shape, kind)
            let outputs = try FullPass(example.network, rows: shape.rows)
                .outputs(example.features.view, parameters: example.parameters.view).map(Double.init)
            let expected = example.reference.outputs(example.samples).flatMap {
                kind.loss == .perceptron ? ReferenceActivation.step.apply($0) : $0
            }
            // The sums of each layer, and some 8 roundings in each function, of values of this size.
            let roundings = example.network.nodes.reduce(0) { $0 + Double($1.layer.inputShape[0] + 8) }
            let size = example.reference.lastOutputs(example.samples).joined().map(abs).reduce(1, max)
            let tolerance = roundings * Double(Float.ulpOfOne / 2) * size
            #expect(outputs.count == expected.count)
            #expect(zip(outputs, expected).allSatisfy { abs($0 - $1) <= tolerance }, "\(shape)")
        }
    }

    /// The passes over two shards give one gradient over the rows of both; two microbatches accumulate theirs.
    @Test(arguments: [[[5..<13, 0..<5]], [[0..<4, 4..<8], [0..<5]]], Precision.allCases)
    func shardsAndMicrobatchesMakeTheMinibatchsGradients(
        microbatches: [[Range<Int>]], precision: Precision
    ) throws {
        let shape = NetworkShape(inputs: 9, hiddenWidths: [7], outputs: 10, rows: 13)
        let kind = NetworkKind(activation: .tanh, loss: .crossEntropy, outputActivation: .softmax)
        let example = try NetworkCase(shape, kind, precision: precision)
        guard case .classes(let labels) = example.targets else {
            Issue.record("class ids expected")
            return
        }
        let parameters = example.parameters.view
        let operands = GradientOperands(network: example.network, capacity: 13, shardCount: 2)
        let buffer = GradientBuffer(parts: example.network.parts)
        let (scratch, values) = (PassScratch(network: example.network), ShardValues())
        let gradients = PartGradients(network: example.network)
        let found = FloatBuffer(count: example.network.layout.bufferCount)
        let packed = try PackedParameters(network: example.network, training: true)
        for part in example.network.parts { packed.pack(part, from: parameters) }
        var first = 0
        for shards in microbatches {
            let count = shards.reduce(0) { $0 + $1.count }
            for (shard, rows) in shards.enumerated() {
                let pass = try ShardPass(
                    network: example.network, rows: rows.count, microbatchRows: count, scratch: scratch)
                let context = ShardContext(
                    values: values, parameters: parameters, packed: packed, operands: operands, shard: shard,
                    rowsInMicrobatch: rows)
                pass.input(context).copy(
                    from: example.features.view.slice((first + rows.lowerBound) * 9, rows.count * 9))
                try pass.forward(context)
                let targets = TargetView.classes(labels.slice(first + rows.lowerBound, rows.count))
                _ = pass.loss(context, targets, weights: nil, totalWeight: 1)
                try pass.backward(context)
            }
            for part in example.network.parts {
                try gradients.run(
                    part, rows: count, shards: shards.count, operands: operands, into: buffer[part],
                    accumulates: first > 0)
                part.copy(buffer[part], into: found.view)
            }
            first += count
        }
        for (tensor, expected) in zip(example.network.layout.tensors, example.expectedGradients()) {
            for index in 0..<tensor.count {
                let value = Double(found.view[tensor.offset + index])
                #expect(abs(value - expected.values[index]) <= expected.tolerance)
            }
        }
    }

    /// Each parameter is in exactly one part, and the gaps are in none.
    @Test(arguments: [[], [7], [100, 1], [300, 200, 100]])
    func partsAreEveryParameterOnce(hiddenWidths: [Int]) throws {
        let kind = NetworkKind(activation: .tanh, loss: .crossEntropy, outputActivation: .softmax)
        let network = try NetworkCase(
            NetworkShape(inputs: 784, hiddenWidths: hiddenWidths, outputs: 10, rows: 1), kind
        ).network
        var seen = [Int](repeating: 0, count: network.layout.bufferCount)
        for range in network.parts.flatMap(\.ranges) {
            for index in range.offset..<range.offset + range.count { seen[index] += 1 }
        }
        for tensor in network.layout.tensors {
            #expect(seen[tensor.offset..<tensor.offset + tensor.count].allSatisfy { $0 == 1 })
        }
        #expect(seen.reduce(0, +) == network.layout.parameterCount)
    }

    @Test(arguments: NetworkKind.all)
    func aSecondPassGivesTheSameBits(kind: NetworkKind) throws {
        let example = try NetworkCase(NetworkShape.all[2], kind)
        let pass = try FullPass(example.network, rows: example.rows)
        let results = try (0..<2).map { _ in
            let gradients = FloatBuffer(count: example.network.layout.bufferCount)
            _ = try pass.train(
                example.features.view, example.targets, parameters: example.parameters.view, gradients: gradients.view)
            return gradients.array.map(\.bitPattern)
        }
        #expect(results[0] == results[1])
    }

    // MARK: Helpers

    /// Forward pass, loss and backward pass, into gradients that are filled with rubbish, which must be overwritten,
    /// except for the gaps, which must not be written.
    private func pass(_ example: NetworkCase) throws -> (sum: LossSum, gradients: FloatBuffer) {
        let gradients = FloatBuffer(count: example.network.layout.bufferCount)
        for tensor in example.network.layout.tensors { gradients.view.slice(tensor).pointer.update(repeating: 1e9) }
        let sum = try FullPass(example.network, rows: example.rows).train(
            example.features.view, example.targets, parameters: example.parameters.view, gradients: gradients.view)

        var gaps = Set(0..<gradients.count)
        for tensor in example.network.layout.tensors { gaps.subtract(tensor.offset..<tensor.offset + tensor.count) }
        #expect(gaps.allSatisfy { gradients.view[$0] == 0 })
        return (sum, gradients)
    }

    private func expectedCount(_ example: NetworkCase, _ correctness: Correctness) -> Int {
        // These two losses judge the sign of z, and the reference leaves their outputs as z.
        let threshold = [.hinge, .perceptron].contains(example.network.objective.loss) ? 0 : 0.5
        return zip(example.samples, example.referenceTargets).reduce(0) { count, pair in
            let y = example.reference.outputs([pair.0])[0]
            let isCorrect: [Bool] =
                switch (correctness, pair.1) {
                case (.largest, .classID(let label)): [y.firstIndex(of: y.max() ?? 0) == label]
                case (.largest, .values(let t)): [y.firstIndex(of: y.max() ?? 0) == t.firstIndex(of: t.max() ?? 0)]
                case (.threshold, .values(let t)): zip(y, t).map { ($0 >= threshold) == ($1 >= 0.5) }
                case (.none, _), (.threshold, .classID), (_, .steps): []
                }
            return count + isCorrect.count { $0 }
        }
    }
}
