/// How far results in 32 bits may be from those in 64 bits.
///
/// With ε = 2⁻²⁴, a number is rounded by at most ε of its magnitude. An input is rounded four times: its scale, its offset, their
/// product and their sum. A sum of n products and a bias, in any order, adds n + 1 roundings of the sum of all magnitudes, and
/// passes on the errors of what it adds; relu makes none larger. So a value of the last of two layers is at most
/// (4 + inputs + 1 + hidden + 1) ε off, of the sum of the magnitudes Σ |w₂| (Σ |w₁| |x| + |b₁|) + |b₂|.
struct RoundingBound {
    private static let unit = 0x1p-24
    /// Allows for the few roundings of a function of values up to 1.
    private static let function = 8 * unit
    private static let hiddenWidth = 5

    private let results: RecordedResults
    private let lastLayer: Double

    init(_ results: RecordedResults, inputs: Int) {
        self.results = results
        lastLayer = Double(inputs + Self.hiddenWidth + 6) * Self.unit * results.magnitudes[1]
    }

    var inputs: Double { 4 * Self.unit * results.magnitudes[0] }

    private var deviations: [Double]? {
        guard case .measurements(_, _, _, let deviations) = results.scores else { return nil }
        return deviations
    }

    /// Of an output that is `value`. A probability changes by at most half of what each value of the last layer does.
    func output(_ index: Int, value: Double) -> Double {
        guard let deviations else { return lastLayer / 2 + Self.function }
        return deviations[index] * lastLayer + Self.unit * abs(value)
    }

    /// The logarithm of a probability changes by at most twice what each value of the last layer does.
    func crossEntropy(_ loss: Double) -> Double { 2 * lastLayer + Self.function * (1 + loss) }

    /// Of the difference of an output and its target, which is rounded, too.
    func error(_ index: Int) -> Double { (deviations?[index] ?? 1) * (lastLayer + Self.function) }

    /// By Cauchy and Schwarz: the mean of |(e + δ)² − e²| is at most 2 δ √mean(e²) + δ².
    func squaredError(_ index: Int, _ mean: Double) -> Double {
        2 * error(index) * mean.squareRoot() + error(index) * error(index) + Self.function * mean
    }

    /// 1 − R² is the mean squared error, divided by the variance of the targets.
    func rSquared(_ index: Int, _ value: Double, _ squaredError: Double) -> Double {
        (1 - value) * (self.squaredError(index, squaredError) / squaredError + 2 * Self.function)
    }
}
