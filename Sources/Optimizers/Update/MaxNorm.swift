import Kernels
import Networks

/// Each neuron's incoming weights are scaled down to this norm, after every update (Srebro and Shraibman 2005; Hinton et al.
/// 2012).
package struct MaxNorm: Sendable {
    let limit: Double

    package init(limit: Double) {
        self.limit = limit
    }

    package func apply(to range: ParameterRange, of parameters: FloatView) {
        guard range.isWeight else { return }
        for start in stride(from: range.offset, to: range.offset + range.count, by: range.countPerOutput) {
            let weights = parameters.slice(start, range.countPerOutput)
            let norm = sumOfSquares(weights).squareRoot()
            if norm > limit { scale(weights, by: Float(limit / norm)) }
        }
    }
}
