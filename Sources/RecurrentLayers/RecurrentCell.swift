/// How a recurrent layer makes the hidden values of a step of its input and of the hidden values before. Its gates are in this order:
package enum RecurrentCell: Sendable, Equatable {
    /// One, which is the hidden value (Elman 1990).
    case elman
    /// Input, forget, candidate, output (Hochreiter and Schmidhuber 1997, Gers et al. 2000), as in PyTorch and Keras.
    case longShortTermMemory
    /// Update, reset, candidate (Cho et al. 2014), as in Keras. The reset comes after the multiplication with the recurrent
    /// weights, which then has a bias of its own, or before it.
    case gatedUnit(resetsAfter: Bool)

    /// How many there are.
    package var gates: Int {
        switch self {
        case .elman: 1
        case .longShortTermMemory: 4
        case .gatedUnit: 3
        }
    }

    /// Values of each unit that the forward pass keeps of a step, beside hidden and cell values.
    var keptGates: Int { self == .gatedUnit(resetsAfter: true) ? 4 : gates }

    var isGatedUnit: Bool { gates == 3 }
    var hasCells: Bool { self == .longShortTermMemory }
    var hasRecurrentBias: Bool { self == .gatedUnit(resetsAfter: true) }
    /// Whether the candidate's sum over hidden values is over those that have been reset.
    var resetsBefore: Bool { self == .gatedUnit(resetsAfter: false) }

    /// Whether ∂L/∂(sums over hidden values) of the candidate are others than ∂L/∂(sums over inputs).
    var hasOwnCandidateGradient: Bool { hasRecurrentBias }

    /// The gates whose sums over hidden values are computed together.
    var recurrentBlocks: [Range<Int>] { resetsBefore ? [0..<2, 2..<3] : [0..<gates] }
}
