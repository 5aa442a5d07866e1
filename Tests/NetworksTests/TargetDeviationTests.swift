import Kernels
import Networks
import TestSupport
import Testing

/// Standardised targets t = (raw − mean) / deviation: the loss is reported in the unit of the raw targets.
@Suite struct TargetDeviationTests {
    private static let losses: [Loss] = [.meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber]

    private func kind(_ loss: Loss) -> NetworkKind {
        var kind = NetworkKind(activation: .tanh, loss: loss, outputActivation: .identity)
        kind.options.huberDelta = 0.75
        return kind
    }

    /// Outputs 3 and 1 against 1 and 2, with units of 2 and 10: the raw differences are 4 and −10, the squared ones 16 and
    /// 100.
    @Test func theMeanOfTwoSquaredErrorsIsWorkedByHand() throws {
        let network = Network(
            inputShape: [1], hiddenWidths: [], activation: .identity,
            objective: Objective(
                loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 2,
                targetDeviations: [2, 10]))
        let (parameters, gradients) = (
            FloatBuffer(count: network.layout.bufferCount), FloatBuffer(count: network.layout.bufferCount)
        )
        _ = parameters.view.slice(network.layout.tensors[1]).pointer.update(fromContentsOf: [3, 1])
        let (input, targets) = (FloatBuffer(count: 1), FloatBuffer(count: 2))
        _ = targets.view.pointer.update(fromContentsOf: [1, 2])
        let sum = try FullPass(network, rows: 1).train(
            input.view, .values(targets.view), parameters: parameters.view, gradients: gradients.view)
        #expect(sum.loss == (16 + 100) / 2)
        // 2 (y − t) / outputs
        #expect(gradients.view.slice(network.layout.tensors[1]).array == [2, -1])
    }

    @Test(arguments: losses, [1, 3])
    func theReportedLossIsThatOfOutputsAndTargetsInTheirOwnUnit(loss: Loss, outputs: Int) throws {
        let (means, deviations) = ([20.0, -3, 0.5], [7.5, 0.02, 300])
        let shape = NetworkShape(inputs: 4, hiddenWidths: [6], outputs: outputs, rows: 17)
        let example = try NetworkCase(shape, kind(loss), targetDeviations: Array(deviations.prefix(outputs)))
        let weights = FloatBuffer(count: shape.rows)
        for row in 0..<shape.rows { weights.view[row] = Float(row % 5) / 2 }
        let y = try FullPass(example.network, rows: shape.rows).outputs(
            example.features.view, parameters: example.parameters.view)
        guard case .values(let targets) = example.targets else {
            Issue.record("numbers expected")
            return
        }
        for isWeighted in [false, true] {
            var (expected, tolerance) = (0.0, 0.0)
            for index in y.indices {
                let (mean, deviation) = (means[index % outputs], deviations[index % outputs])
                let raw = (Double(y[index]) * deviation + mean, Double(targets[index]) * deviation + mean)
                let weight = isWeighted ? Double(weights.view[index / outputs]) : 1
                let share = weight / Double(loss == .sumSquaredError ? 1 : outputs)
                let value = share * rawLoss(loss, raw.0 - raw.1, delta: 0.75 * deviation)
                expected += value
                // y − t is rounded to a Float once; the raw numbers are rounded twice each in Double.
                let slope = loss == .meanAbsoluteError ? 1 : 2 * abs(raw.0 - raw.1)
                tolerance += value * Double(Float.ulpOfOne)
                tolerance += share * slope * 2 * .ulpOfOne * (abs(raw.0) + abs(raw.1) + 2 * abs(mean))
            }
            let found = try pass(example, isWeighted ? weights : nil).sum.loss
            #expect(abs(found - expected) <= tolerance, "\(found), not \(expected)")
        }
    }

    private func rawLoss(_ loss: Loss, _ difference: Double, delta: Double) -> Double {
        let size = abs(difference)
        return switch loss {
        case .meanAbsoluteError: size
        case .huber: size <= delta ? size * size / 2 : delta * (size - delta / 2)
        default: size * size
        }
    }

    @Test(arguments: losses, [1, 3])
    func theGradientStaysThatOfTheStandardisedLoss(loss: Loss, outputs: Int) throws {
        let shape = NetworkShape(inputs: 4, hiddenWidths: [6], outputs: outputs, rows: 17)
        let plain = try NetworkCase(shape, kind(loss))
        let scaled = try NetworkCase(shape, kind(loss), targetDeviations: Array([7.5, 0.02, 300].prefix(outputs)))
        #expect(try pass(plain, nil).gradients == pass(scaled, nil).gradients)
        #expect(try pass(plain, nil).sum.loss != pass(scaled, nil).sum.loss)
    }

    @Test func aPlainlyJudgedNetworkKeepsTheUnit() throws {
        let shape = NetworkShape(inputs: 4, hiddenWidths: [], outputs: 2, rows: 1)
        let network = try NetworkCase(shape, kind(.huber), targetDeviations: [2, 3]).network
        #expect(network.plainlyJudged.objective.targetDeviations == [2, 3])
    }

    private func pass(
        _ example: NetworkCase, _ weights: FloatBuffer?
    ) throws -> (sum: LossSum, gradients: [Float]) {
        let gradients = FloatBuffer(count: example.network.layout.bufferCount)
        let total = weights.map { $0.array.reduce(0) { $0 + Double($1) } } ?? Double(example.rows)
        let sum = try FullPass(example.network, rows: example.rows).train(
            example.features.view, example.targets, weights: weights?.view, totalWeight: total,
            parameters: example.parameters.view, gradients: gradients.view)
        return (sum, gradients.array)
    }
}
