import Dispatch
import Kernels

/// How the initial weights of a layer are drawn. Biases start at zero.
package enum Initializer: Sendable, Equatable {
    /// Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010).
    case xavierUniform
    /// Normal with σ = √(2 / (fanIn + fanOut)) (Glorot and Bengio 2010).
    case xavierNormal
    /// Uniform in ±√(6 / fanIn), so that values keep their variance in the forward pass (He et al. 2015).
    case kaimingUniform
    /// Normal with σ = √(2 / fanIn) (He et al. 2015).
    case kaimingNormal
    /// Uniform in ±√(6 / fanOut), so that gradients keep theirs in the backward pass (He et al. 2015).
    case kaimingUniformFanOut
    /// Normal with σ = √(2 / fanOut) (He et al. 2015).
    case kaimingNormalFanOut
    /// Uniform in ±√(3 / fanIn) (LeCun et al. 1998).
    case lecunUniform
    /// Normal with σ = √(1 / fanIn) (LeCun et al. 1998).
    case lecunNormal
    /// Orthonormal rows, or columns if these are fewer (Saxe et al. 2014).
    case orthogonal
    case normal(standardDeviation: Double)
    case uniform(limit: Double)
    case constant(Double)
    case zeros

    /// Whether all weights are equal.
    package var isConstant: Bool {
        switch self {
        case .constant, .zeros: true
        default: false
        }
    }

    /// Kaiming for relu and its relatives, which keep half of the variance; LeCun for selu, which was made for it;
    /// Xavier for functions that are nearly linear at 0.
    package static func suited(to activation: Activation) -> Initializer {
        switch activation {
        case .relu, .leakyReLU, .elu, .gelu, .geluTanh, .silu, .softplus: .kaimingNormal
        case .selu: .lecunNormal
        case .identity, .step, .sign, .sigmoid, .tanh, .softmax, .logSoftmax: .xavierUniform
        }
    }

    /// Fills a tensor from its own random stream: element i is a function of the stream's block i.
    /// - Parameters:
    ///   - tensor: [neurons, columns], or one element for each neuron.
    ///   - columns: elements of a neuron; nil: `fanIn`.
    package func fill(_ tensor: FloatView, fanIn: Int, fanOut: Int, columns: Int? = nil, random: Philox) {
        let (inputs, outputs, both) = (Double(fanIn), Double(fanOut), Double(fanIn + fanOut))
        switch self {
        case .xavierUniform: fillUniform(tensor, limit: (6 / both).squareRoot(), random)
        case .xavierNormal: fillNormal(tensor, standardDeviation: (2 / both).squareRoot(), random)
        case .kaimingUniform: fillUniform(tensor, limit: (6 / inputs).squareRoot(), random)
        case .kaimingNormal: fillNormal(tensor, standardDeviation: (2 / inputs).squareRoot(), random)
        case .kaimingUniformFanOut: fillUniform(tensor, limit: (6 / outputs).squareRoot(), random)
        case .kaimingNormalFanOut: fillNormal(tensor, standardDeviation: (2 / outputs).squareRoot(), random)
        case .lecunUniform: fillUniform(tensor, limit: (3 / inputs).squareRoot(), random)
        case .lecunNormal: fillNormal(tensor, standardDeviation: (1 / inputs).squareRoot(), random)
        case .orthogonal: fillOrthogonal(tensor, columns: columns ?? fanIn, random)
        case .normal(let standardDeviation): fillNormal(tensor, standardDeviation: standardDeviation, random)
        case .uniform(let limit): fillUniform(tensor, limit: limit, random)
        case .constant(let value): fill(tensor) { _ in value }
        case .zeros: break
        }
    }

    private func fillUniform(_ tensor: FloatView, limit: Double, _ random: Philox) {
        fill(tensor) { (2 * random.uniform($0) - 1) * limit }
    }

    private func fillNormal(_ tensor: FloatView, standardDeviation: Double, _ random: Philox) {
        fill(tensor) { random.normal($0) * standardDeviation }
    }

    /// Normal numbers, made orthonormal in Double by the modified Gram-Schmidt process.
    private func fillOrthogonal(_ tensor: FloatView, columns: Int, _ random: Philox) {
        let rows = tensor.count / columns
        // At most as many vectors are orthogonal as they have elements.
        let (count, length) = (min(rows, columns), max(rows, columns))
        let vectors = AlignedBuffer<Double>(count: count * length)
        DispatchQueue.concurrentPerform(iterations: count) { vector in
            for element in vector * length..<(vector + 1) * length {
                vectors.view[element] = random.normal(UInt64(element))
            }
        }
        for first in 0..<count {
            let unit = vectors.view.slice(first * length, length)
            let norm = unit.pointer.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for element in 0..<length { unit[element] /= norm }
            // Each of the others is one work item, so that its sums have one order.
            DispatchQueue.concurrentPerform(iterations: count - first - 1) { offset in
                let other = vectors.view.slice((first + 1 + offset) * length, length)
                var product = 0.0
                for element in 0..<length { product += unit[element] * other[element] }
                for element in 0..<length { other[element] -= product * unit[element] }
            }
        }
        for row in 0..<rows {
            for column in 0..<columns {
                let element = rows <= columns ? row * length + column : column * length + row
                tensor[row * columns + column] = Float(vectors.view[element])
            }
        }
    }

    /// Draws on all cores: each element has its own counter.
    private func fill(_ tensor: FloatView, _ draw: @Sendable (UInt64) -> Double) {
        let blockSize = 1 << 14
        DispatchQueue.concurrentPerform(iterations: (tensor.count + blockSize - 1) / blockSize) { block in
            for index in block * blockSize..<min((block + 1) * blockSize, tensor.count) {
                tensor[index] = Float(draw(UInt64(index)))
            }
        }
    }
}

/// On the command line and in files: `kaiming-normal`, `normal:0.05`, `uniform:0.1`.
extension Initializer: CustomStringConvertible {
    /// The forms without a value.
    private static let named: [Initializer] = [
        .xavierUniform, .xavierNormal, .kaimingUniform, .kaimingNormal, .kaimingUniformFanOut, .kaimingNormalFanOut,
        .lecunUniform, .lecunNormal, .orthogonal, .zeros,
    ]

    /// The forms a user may write.
    package static let forms =
        named.map(\.description) + ["normal:DEVIATION", "uniform:LIMIT", "constant:VALUE"]

    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1, let named = Self.named.first(where: { $0.description == text }) {
            self = named
            return
        }
        guard parts.count == 2, let number = Double(parts[1]), number.isFinite else { return nil }
        switch parts[0] {
        case "normal" where number > 0: self = .normal(standardDeviation: number)
        case "uniform" where number > 0: self = .uniform(limit: number)
        case "constant": self = .constant(number)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .xavierUniform: "xavier-uniform"
        case .xavierNormal: "xavier-normal"
        case .kaimingUniform: "kaiming-uniform"
        case .kaimingNormal: "kaiming-normal"
        case .kaimingUniformFanOut: "kaiming-uniform-fan-out"
        case .kaimingNormalFanOut: "kaiming-normal-fan-out"
        case .lecunUniform: "lecun-uniform"
        case .lecunNormal: "lecun-normal"
        case .orthogonal: "orthogonal"
        case .constant(let value): "constant:\(value)"
        case .normal(let standardDeviation): "normal:\(standardDeviation)"
        case .uniform(let limit): "uniform:\(limit)"
        case .zeros: "zeros"
        }
    }
}
