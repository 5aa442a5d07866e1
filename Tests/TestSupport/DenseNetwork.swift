import Kernels
import Layers
import Networks
import RecurrentLayers

extension Network {
    /// A network of dense layers.
    package init(
        inputShape: [Int], hiddenWidths: [Int], activation: Activation, objective: Objective,
        initializer: Initializer? = nil, precision: Precision = .fp32
    ) {
        // Widths fit each other.
        try! self.init(
            inputShape: inputShape, items: hiddenWidths.map { .dense($0) }, activation: activation,
            objective: objective, initializer: initializer, precision: precision)
    }
}

/// A width stands for a dense layer, as in a network in words.
extension NetworkItem: ExpressibleByIntegerLiteral {
    package init(integerLiteral width: Int) { self = .dense(width) }
}

/// The items of a network in words.
package func items(_ words: String) -> [NetworkItem] {
    try! NetworkReader.all.items(of: words)
}
