import Foundation
import Optimizers
import RunSettings
import Testing

/// Descents whose path is worked out by hand, and every optimizer on functions whose minimum is known.
@Suite struct MinimisationTests {
    private func square(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

    private func plain(rate: Double, set: (inout Configuration) -> Void = { _ in }) -> Configuration {
        var configuration = Configuration.plainGradientDescent
        configuration.learningRate = rate
        set(&configuration)
        return configuration
    }

    /// Minimises by the recipe of a configuration.
    private func minimise(
        from start: [Double], steps: Int, configuration: Configuration = .plainGradientDescent,
        isUnitLength: Bool = false,
        _ function: ([Double]) -> Double, gradient: (([Double]) -> [Double])? = nil
    ) throws -> [[Double]] {
        try Optimizers.minimise(
            from: start, steps: steps, recipe: configuration.updateRecipe(steps: steps), isUnitLength: isUnitLength,
            function, gradient: gradient)
    }

    // MARK: Paths worked out by hand

    @Test func unitLengthStepsOfOneHalfGoFrom1ToTheMinimumAndStay() throws {
        let path = try minimise(from: [1], steps: 3, configuration: plain(rate: 0.5), isUnitLength: true, square)
        #expect(path == [[1], [0.5], [0], [0]])
    }

    @Test func unitLengthStepsOfOneHalfStraddleTheMinimumFrom0_4ForEver() throws {
        let path = try minimise(from: [0.4], steps: 1000, configuration: plain(rate: 0.5), isUnitLength: true, square)
        let right = Double(Float(0.4))
        // 0.4f − 0.5, and back, are Floats.
        #expect(path.enumerated().allSatisfy { $1 == [$0.isMultiple(of: 2) ? right : right - 0.5] })
    }

    @Test func unitLengthStepsOfOneTenthReachTheMinimumFrom0_4() throws {
        let path = try minimise(from: [0.4], steps: 4, configuration: plain(rate: 0.1), isUnitLength: true, square)
        // An error of at most 2⁻²⁶ each from: 0.4 as a Float, four times 0.1, the differences 0.3, 0.2 and 0.1.
        #expect(abs(path[4][0]) <= 0x1p-24)
    }

    @Test func oneStepAlongTheGradientGoesFrom1ToTheMinimum() throws {
        #expect(try minimise(from: [1], steps: 1, configuration: plain(rate: 0.5), square) == [[1], [0]])
    }

    @Test func oneStepInThePlaneGoesFromMinus5Minus5ToTheMinimum() throws {
        let path = try minimise(from: [-5, -5], steps: 1, configuration: plain(rate: 0.5), square)
        #expect(path == [[-5, -5], [0, 0]])
    }

    // MARK: Gradients

    private func rosenbrock(_ x: [Double]) -> Double {
        let (far, off) = (1 - x[0], x[1] - x[0] * x[0])
        return far * far + 100 * off * off
    }

    private func gradientOfRosenbrock(_ x: [Double]) -> [Double] {
        let off = x[1] - x[0] * x[0]
        return [-2 * (1 - x[0]) - 400 * x[0] * off, 200 * off]
    }

    @Test func centralDifferencesAreTheGradient() {
        let point = [-1.2, 1]
        let found = centralDifferences(of: rosenbrock, at: point)
        let width = cbrt(Double.ulpOfOne) * 1.2
        // h²/6 |f‴|, where ∂³f/∂x³ = 2400 x and ∂³f/∂y³ = 0; and the rounding of a value's five operations, over h.
        let (truncation, rounding) = (width * width / 6 * 2400 * 1.2, 5 * .ulpOfOne * rosenbrock(point) / width)
        let expected = gradientOfRosenbrock(point)
        #expect(abs(found[0] - expected[0]) <= truncation + rounding)
        #expect(abs(found[1] - expected[1]) <= 1.2 * rounding)
    }

    @Test func differencesAreAsWideAsTheElementIsLarge() {
        // The rounding of 10¹², over h = 6: some 4e-5. Differences of 6e-6 would be off by 40.
        #expect(abs(centralDifferences(of: square, at: [1e6])[0] - 2e6) < 1e-4)
    }

    @Test func differencesAndAGivenGradientGoTheSameWay() throws {
        func bowl(_ x: [Double]) -> Double { (x[0] - 1) * (x[0] - 1) + 2 * (x[1] + 2) * (x[1] + 2) }
        let given = try minimise(from: [4, 4], steps: 100, configuration: plain(rate: 0.1), bowl) {
            [2 * ($0[0] - 1), 4 * ($0[1] + 2)]
        }
        let found = try minimise(from: [4, 4], steps: 100, configuration: plain(rate: 0.1), bowl)
        // A step rounds the position (below 4, 2⁻²²), and a tenth of the gradient (below 32, 2⁻¹⁹); each is 0.8 of
        // itself a step later, 5 in all.
        let tolerance = 5 * (0x1p-22 + 0.1 * 0x1p-19)
        #expect(zip(given, found).allSatisfy { zip($0, $1).allSatisfy { abs($0 - $1) <= tolerance } })
    }

    // MARK: Optimizers, schedules and shaping

    @Test(arguments: OptimizerName.allCases)
    func everyOptimizerReachesAQuadraticsMinimum(optimizer: OptimizerName) throws {
        let settings = plain(rate: 0.1) {
            ($0.optimizer, $0.schedule) = (optimizer, .cosine(end: 0))
            if optimizer == .lars { $0.trust = 1 }
            if optimizer == .adagrad { $0.learningRate = 1 }
        }
        let path = try minimise(from: [1, 1], steps: 1000, configuration: settings) { x in
            (x[0] - 3) * (x[0] - 3) + 4 * (x[1] + 1) * (x[1] + 1)
        }
        // The steps of LARS and LAMB are as long as the rate times the vector, √10, however small the gradient: the
        // last 20 of them, 0.1 √10 Σ (πk/2000)², are some 2.3e-3 together.
        #expect(abs(path[1000][0] - 3) < 2.3e-3 && abs(path[1000][1] + 1) < 2.3e-3)
    }

    static let valleys: [(String, @Sendable (inout Configuration) -> Void)] = [
        ("momentum", { ($0.learningRate, $0.momentum) = (0.001, 0.9) }),
        ("nesterov", { ($0.learningRate, $0.momentum, $0.nesterov) = (0.001, 0.9, true) }),
        ("adam", { ($0.optimizer, $0.learningRate, $0.schedule) = (.adam, 0.1, .cosine(end: 0)) }),
    ]

    @Test(arguments: valleys)
    func theEndOfRosenbrocksValleyIsReached(name: String, set: @Sendable (inout Configuration) -> Void) throws {
        var settings = Configuration.plainGradientDescent
        set(&settings)
        let path = try minimise(from: [-1.2, 1], steps: 10_000, configuration: settings, rosenbrock)
        // Momentum moves a Float below 1 as long as η g / (1 − μ) > 2⁻²⁵: g > 3e-6. Along the valley the curvature is
        // 0.4, so that is 7.5e-6 away, of which y has 2/√5.
        #expect(path[10_000].allSatisfy { abs($0 - 1) < 7.5e-6 }, "\(name): \(path[10_000])")
    }

    @Test func theScheduleIsApplied() throws {
        func path(_ schedule: LearningRateSchedule) throws -> [Double] {
            let settings = plain(rate: 0.01) { $0.schedule = schedule }
            return try minimise(from: [0], steps: 100, configuration: settings) { $0[0] }.map { $0[0] }
        }
        // Each of at most 100 steps rounds a Float below 1, and its rate: to 2⁻²⁴ together.
        let tolerance = 100 * 0x1p-24
        // Σ η γᵗ
        let exponential = try path(try #require(LearningRateSchedule("exponential:0.9,1")))
        for (step, x) in exponential.enumerated() {
            #expect(abs(x + 0.01 * (1 - pow(0.9, Double(step))) / (1 - 0.9)) <= tolerance)
        }
        // Σ η (1 + cos(πt/T)) / 2 over t = 0 … T − 1
        #expect(abs(try path(.cosine(end: 0))[100] + 0.01 * 101 / 2) <= tolerance)
    }

    @Test func clippingDecayAndBoundsAreApplied() throws {
        let clipped = plain(rate: 0.5) { $0.clipNorm = 5 }
        #expect(try minimise(from: [-3, -4], steps: 1, configuration: clipped, square)[1] == [-1.5, -2])

        func bowl(_ x: [Double]) -> Double { (x[0] - 1) * (x[0] - 1) }
        // The gradient of (x − 1)² + x² at 1 is 2, that of (x − 1)² + ½ |x| at 2 is 2½.
        let decayed = plain(rate: 0.25) { $0.weightDecay = 2 }
        #expect(try minimise(from: [1], steps: 9, configuration: decayed, bowl)[1...].allSatisfy { $0 == [0.5] })
        let sparse = plain(rate: 0.5) { $0.l1 = 0.5 }
        #expect(try minimise(from: [2], steps: 9, configuration: sparse, bowl)[1...].allSatisfy { $0 == [0.75] })

        // 5 and 0.2 as Floats, and their product, round.
        let bounded = plain(rate: 0.5) { $0.maxNorm = 1 }
        let end = try minimise(from: [0, 6], steps: 1, configuration: bounded) { square([$0[0], $0[1] - 5]) }[1]
        #expect(end[0] == 0 && abs(end[1] - 1) <= 2 * Double(Float.ulpOfOne))
    }

    // MARK: Errors

    @Test func aFunctionThatIsNotFiniteEndsTheDescent() {
        // log 1, and one step on log −1.
        #expect(throws: DivergenceError.diverged(step: 2, layer: nil, learningRate: 2)) {
            try minimise(from: [1], steps: 1, configuration: plain(rate: 2), { log($0[0]) }, gradient: { [1 / $0[0]] })
        }
    }

    @Test func aGradientBeyondFloatsEndsTheDescent() {
        #expect(throws: DivergenceError.diverged(step: 1, layer: "function", learningRate: 0.1)) {
            try minimise(from: [1], steps: 1, square) { _ in [1e39] }
        }
    }

    @Test func aWarmUpThatTheStepsCannotHoldIsRefused() {
        #expect(throws: SettingsError.warmupTooLong(steps: 9, totalSteps: 5)) {
            try minimise(from: [1], steps: 5, configuration: plain(rate: 0.1) { $0.warmupSteps = 9 }, square)
        }
    }
}
