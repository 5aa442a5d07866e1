import Kernels

/// A number of steps, or of epochs.
package struct TrainingSpan: Sendable, Equatable, CustomStringConvertible {
    package let count: Int
    let isEpochs: Bool

    /// `100`, `1epoch`, `5epochs`
    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), count >= 1, ["", "epoch", "epochs"].contains(text.dropFirst(digits.count)) else {
            return nil
        }
        (self.count, isEpochs) = (count, digits.count < text.count)
    }

    package var description: String { isEpochs ? (count == 1 ? "1epoch" : "\(count)epochs") : "\(count)" }

    func steps(perEpoch: Int) -> Int { isEpochs ? count.multipliedSaturating(by: perEpoch) : count }
}
