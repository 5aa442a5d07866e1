import Kernels
import Networks

/// What training changes: the parameters, and the optimizer's slots, each one flat buffer in the network's layout.
public struct ParameterStore: Sendable {
    public let layout: ParameterLayout
    public let parameters: FloatBuffer
    /// In the order of `Optimizer.slotNames`.
    public let slots: [FloatBuffer]

    init(layout: ParameterLayout, parameters: FloatBuffer, slots: [FloatBuffer]) {
        precondition((slots + [parameters]).allSatisfy { $0.count == layout.bufferCount })
        self.layout = layout
        self.parameters = parameters
        self.slots = slots
    }
}
