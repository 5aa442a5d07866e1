import Dispatch
import Kernels

/// How the initial weights of a layer are drawn. Biases start at zero.
public enum Initializer: Sendable, Equatable {
    /// Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010).
    case xavierUniform
    /// Normal with σ = √(2 / (fanIn + fanOut)) (Glorot and Bengio 2010).
    case xavierNormal
    /// Uniform in ±√(6 / fanIn) (He et al. 2015).
    case kaimingUniform
    /// Normal with σ = √(2 / fanIn) (He et al. 2015).
    case kaimingNormal
    case normal(standardDeviation: Double)
    case uniform(limit: Double)
    case zeros

    /// Kaiming suits relu, which keeps half of the variance; Xavier suits the functions that are near-linear at 0.
    public static func suited(to activation: Activation) -> Initializer {
        activation == .relu ? .kaimingNormal : .xavierUniform
    }

    /// Fills a tensor from its own stream of random numbers: element i takes number i.
    func fill(_ tensor: FloatView, fanIn: Int, fanOut: Int, random: Philox) {
        let (inputs, both) = (Double(fanIn), Double(fanIn + fanOut))
        switch self {
        case .xavierUniform: fillUniform(tensor, limit: (6 / both).squareRoot(), random)
        case .xavierNormal: fillNormal(tensor, standardDeviation: (2 / both).squareRoot(), random)
        case .kaimingUniform: fillUniform(tensor, limit: (6 / inputs).squareRoot(), random)
        case .kaimingNormal: fillNormal(tensor, standardDeviation: (2 / inputs).squareRoot(), random)
        case .normal(let standardDeviation): fillNormal(tensor, standardDeviation: standardDeviation, random)
        case .uniform(let limit): fillUniform(tensor, limit: limit, random)
        case .zeros: break
        }
    }

    private func fillUniform(_ tensor: FloatView, limit: Double, _ random: Philox) {
        fill(tensor) { (2 * random.uniform($0) - 1) * limit }
    }

    private func fillNormal(_ tensor: FloatView, standardDeviation: Double, _ random: Philox) {
        fill(tensor) { random.normal($0) * standardDeviation }
    }

    /// On all cores: each number is drawn from its own counter.
    private func fill(_ tensor: FloatView, _ draw: @Sendable (UInt64) -> Double) {
        let block = 1 << 14
        DispatchQueue.concurrentPerform(iterations: (tensor.count + block - 1) / block) { number in
            for index in number * block..<min((number + 1) * block, tensor.count) {
                tensor[index] = Float(draw(UInt64(index)))
            }
        }
    }
}

/// On the command line and in files: `kaiming-normal`, `normal:0.05`, `uniform:0.1`.
extension Initializer: CustomStringConvertible {
    /// The forms a user may write.
    public static let forms = [
        "xavier-uniform", "xavier-normal", "kaiming-uniform", "kaiming-normal", "normal:DEVIATION", "uniform:LIMIT",
    ]

    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first ?? "", parts.count) {
        case ("xavier-uniform", 1): self = .xavierUniform
        case ("xavier-normal", 1): self = .xavierNormal
        case ("kaiming-uniform", 1): self = .kaimingUniform
        case ("kaiming-normal", 1): self = .kaimingNormal
        case ("normal", 2), ("uniform", 2):
            guard let width = Double(parts[1]), width > 0, width.isFinite else { return nil }
            self = parts[0] == "normal" ? .normal(standardDeviation: width) : .uniform(limit: width)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .xavierUniform: "xavier-uniform"
        case .xavierNormal: "xavier-normal"
        case .kaimingUniform: "kaiming-uniform"
        case .kaimingNormal: "kaiming-normal"
        case .normal(let standardDeviation): "normal:\(standardDeviation)"
        case .uniform(let limit): "uniform:\(limit)"
        case .zeros: "zeros"
        }
    }
}
