import Kernels

/// The key of a training pass's random numbers: the step, and the rows' position in the minibatch. How the minibatch is
/// cut and which worker takes a shard change nothing.
package struct PassRandomness: Sendable {
    let seed: UInt64
    let step: Int
    let firstRow: Int

    /// - Parameters:
    ///   - step: of the run, from 1.
    ///   - firstRow: the minibatch's row that is the pass's first.
    package init(seed: UInt64, step: Int, firstRow: Int) {
        self.seed = seed
        self.step = step
        self.firstRow = firstRow
    }

    /// The random numbers of one layer in this pass's step.
    func numbers(of layer: RandomLayer, _ purpose: Philox.Purpose) -> Philox {
        let stream = UInt32(truncatingIfNeeded: step)
        return switch layer {
        case .place(let place): Philox(seed: seed, purpose: purpose, stream: stream, layer: place)
        case .name(let name): Philox(seed: seed ^ name.hash64, purpose: purpose, stream: stream)
        }
    }
}

/// What tells a random layer's numbers from those of others.
package enum RandomLayer: Sendable {
    /// The index among the layers of its kind, from 0.
    case place(Int)
    /// The layer's own name: its numbers stay when other layers come or go.
    case name(String)
}

extension String {
    /// FNV-1a of the UTF-8 bytes, 64 bits.
    fileprivate var hash64: UInt64 { utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } }
}
