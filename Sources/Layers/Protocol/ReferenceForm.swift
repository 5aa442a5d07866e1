import Kernels
import Reference

extension ReferenceActivation {
    package init(_ activation: Activation) {
        guard let same = Self(rawValue: activation.rawValue) else {
            preconditionFailure("the reference has no \(activation.rawValue)")
        }
        self = same
    }
}
