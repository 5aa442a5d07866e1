import Kernels
import TestSupport
import Testing

@Suite struct ParameterUpdateTests {
    private func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        _ = buffer.view.pointer.update(fromContentsOf: values)
        return buffer
    }

    // MARK: Stochastic gradient descent

    static let forms: [(momentum: Float, nesterov: Bool, weightDecay: Float)] = [
        (0, false, 0), (0, false, 0.1), (0.9, false, 0), (0.9, false, 0.1), (0.9, true, 0), (0.5, true, 0.1),
    ]

    @Test(arguments: forms)
    func anUpdateIsThatOfDouble(momentum: Float, nesterov: Bool, weightDecay: Float) {
        var random = TestRandom(seed: 8)
        let count = 1003
        let (w, g, v) = (random.floats(count), random.floats(count), random.floats(count))
        let (parameters, gradient, velocity) = (buffer(w), buffer(g), buffer(v))
        let rate: Float = 0.05
        if momentum == 0 {
            updateSGD(
                parameters: parameters.view, gradient: gradient.view, learningRate: rate, weightDecay: weightDecay)
        } else {
            updateSGD(
                parameters: parameters.view, gradient: gradient.view, velocity: velocity.view, learningRate: rate,
                momentum: momentum, weightDecay: weightDecay, nesterov: nesterov)
        }
        for index in 0..<count {
            let decayed = Double(g[index]) + Double(weightDecay) * Double(w[index])
            let remembered = Double(momentum) * Double(v[index]) + decayed
            let direction = nesterov ? decayed + Double(momentum) * remembered : remembered
            let step = momentum == 0 ? decayed : direction
            // Eight operations at the most, on numbers below 4.
            let tolerance = 8 * 4 * Double(Float.ulpOfOne / 2)
            #expect(abs(Double(parameters.view[index]) - (Double(w[index]) - Double(rate) * step)) <= tolerance)
            let expected = momentum == 0 ? Double(v[index]) : remembered
            #expect(abs(Double(velocity.view[index]) - expected) <= tolerance)
        }
    }

    /// f(x) = x², whose gradient is 2x.
    @Test func descentOnASquareFrom1AtRate0_5ArrivesInOneStep() {
        let (x, gradient) = (buffer([1]), buffer([2]))
        updateSGD(parameters: x.view, gradient: gradient.view, learningRate: 0.5, weightDecay: 0)
        #expect(x.view[0] == 0)
    }

    /// f(x, y) = x² + y²
    @Test func descentOnABowlFromMinus5Minus5AtRate0_5ArrivesInOneStep() {
        let (x, gradient) = (buffer([-5, -5]), buffer([-10, -10]))
        updateSGD(parameters: x.view, gradient: gradient.view, learningRate: 0.5, weightDecay: 0)
        #expect(x.array == [0, 0])
    }

    @Test func stepsOfUnitLengthFrom0_4AtRate0_5StraddleTheMinimumForEver() {
        let x = buffer([0.4])
        for step in 1...10 {
            let gradient = buffer([x.view[0] > 0 ? 1 : -1])
            updateSGD(parameters: x.view, gradient: gradient.view, learningRate: 0.5, weightDecay: 0)
            #expect(abs(x.view[0] - (step % 2 == 1 ? -0.1 : 0.4)) < 1e-6)
        }
    }

    /// With momentum and a steady gradient the velocity nears g / (1 − μ).
    @Test func momentumRemembersGradients() {
        let (parameters, gradient, velocity) = (buffer([0]), buffer([1]), buffer([0]))
        var velocities: [Float] = []
        for _ in 0..<3 {
            updateSGD(
                parameters: parameters.view, gradient: gradient.view, velocity: velocity.view, learningRate: 1,
                momentum: 0.5, weightDecay: 0, nesterov: false)
            velocities.append(velocity.view[0])
        }
        #expect(velocities == [1, 1.5, 1.75])
        #expect(parameters.view[0] == -4.25)
    }
}
