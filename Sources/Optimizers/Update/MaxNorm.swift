import Kernels
import Networks

/// Max-norm regularisation: after each update, each neuron's incoming weights are scaled down to norm `limit` (Srebro and
/// Shraibman 2005; Hinton et al. 2012).
package struct MaxNorm: Sendable {
    let limit: Double

    package init(limit: Double) {
        self.limit = limit
    }

    package func apply(to range: ParameterRange, of parameters: FloatView) {
        guard range.isWeight else { return }
        for start in stride(from: range.offset, to: range.offset + range.count, by: range.countPerNeuron) {
            let weights = parameters.slice(start, range.countPerNeuron)
            let norm = sumOfSquares(weights).squareRoot()
            if norm > limit { scale(weights, by: Float(limit / norm)) }
        }
    }
}
