import Layers

/// A network, and the same for minibatches of shorter or longer sequences, made when they are first met. One thread at a time uses it.
package final class SteppedNetworks {
    package let whole: Network
    private var others: [Int: Network] = [:]

    package init(_ network: Network) { whole = network }

    /// - Parameter steps: of the minibatch's sequences; nil for the network's own.
    package subscript(steps: Int?) -> Network {
        get throws(NetworkItemError) {
            guard let steps, steps != whole.inputShape[0] else { return whole }
            if let known = others[steps] { return known }
            let made = try whole.ofSteps(steps)
            others[steps] = made
            return made
        }
    }
}

extension Network {
    /// The steps that the sequences of a minibatch are padded to: as many as the longest has, in whole groups of eight, and as many as
    /// the network's windows need. Above 256 groups are larger, so that no more than sixteen numbers of steps are between one and its
    /// double, as each has passes of its own.
    package func paddedSteps(longest: Int) -> Int {
        var group = 8
        while 32 * group < longest { group *= 2 }
        var steps = (max(longest, 1) + group - 1) / group * group
        while steps < inputShape[0] && (try? ofSteps(steps)) == nil { steps += group }
        return steps
    }
}
