import Kernels
import Networks

/// The state that training changes: the parameters, the optimizer's slots, and the parameters' exponential moving
/// average if there is one; each is a flat buffer in the network's layout.
package struct ParameterStore: Sendable {
    package let layout: ParameterLayout
    package let parameters: FloatBuffer
    /// In the order of `Optimizer.slotNames`.
    package let slots: [FloatBuffer]
    package let average: FloatBuffer?

    /// The average's name among the slots of a checkpoint.
    package static let averageName = "average"

    /// The parameters for evaluation and prediction.
    package var networkParameters: FloatBuffer { average ?? parameters }

    package init(layout: ParameterLayout, parameters: FloatBuffer, slots: [FloatBuffer], average: FloatBuffer? = nil) {
        let all = slots + [parameters] + [average].compactMap(\.self)
        precondition(all.allSatisfy { $0.count == layout.bufferCount })
        self.layout = layout
        self.parameters = parameters
        self.slots = slots
        self.average = average
    }
}
