import Layers

/// A network of `lockstep bench`: the shape of a sample, the layers, and the number of classes.
package struct BenchmarkNetwork: Sendable, Hashable {
    package let inputShape: [Int]
    package let layers: [NetworkItem]
    package let outputs: Int

    package init(inputShape: [Int], layers: [NetworkItem], outputs: Int) {
        (self.inputShape, self.layers, self.outputs) = (inputShape, layers, outputs)
    }

    /// The pieces of a text such as "784,512,10" or "28x28x1, conv 32 3x3, 10", of which the middle one is empty without layers; nil for
    /// another form.
    package static func pieces(of text: String) -> (inputShape: [Int], layers: String, outputs: Int)? {
        guard let first = text.firstIndex(of: ","), let last = text.lastIndex(of: ",") else { return nil }
        func trimmed(_ part: Substring) -> Substring {
            part.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
        }
        let sizes = trimmed(text[..<first]).split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        let shape = sizes.compactMap(\.self)
        guard shape.count == sizes.count, (1...3).contains(shape.count),
            shape.allSatisfy({ (1...1_000_000).contains($0) }),
            let outputs = Int(trimmed(text[text.index(after: last)...])), (1...1_000_000).contains(outputs)
        else { return nil }
        return (shape, first < last ? String(text[text.index(after: first)..<last]) : "", outputs)
    }

    /// The axes of a sample.
    var axes: String? { [2: "TC", 3: "HWC"][inputShape.count] }

    /// All widths, of a network of dense layers alone on samples of one dimension; nil for any other.
    package var widths: [Int]? {
        let hidden = layers.compactMap(\.width)
        return inputShape.count == 1 && hidden.count == layers.count ? inputShape + hidden + [outputs] : nil
    }

    /// "784-512-10", or "28×28×1, conv 32 3x3, 10"
    package var name: String {
        widths?.map(String.init).joined(separator: "-")
            ?? ([inputShape.map(String.init).joined(separator: "×")] + layers.map(\.shortText) + ["\(outputs)"])
            .joined(separator: ", ")
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
