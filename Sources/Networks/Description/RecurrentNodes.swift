import Kernels
import Layers
import RecurrentLayers

extension NetworkBuilder {
    /// The layers of a recurrent item: of each level one, or one for each direction, whose hidden values lie side by side. At the end
    /// is one row of the steps, unless all are wanted: with `returns=last` the hidden values after the last step in each direction.
    mutating func appendRecurrent(
        _ item: NetworkItem, name: String, _ own: Surroundings
    ) throws(NetworkItemError) {
        guard current.shape.count == 2 else { throw error(item, own, .isNoSequence(current.shape)) }
        current.hasTime = true
        let levels = item.integer("layers")
        for level in 1...levels {
            let levelName = level == 1 ? name : "\(name)/\(level)"
            let dropout = item.number("dropout")
            if level > 1 && dropout > 0 {
                add(
                    Dropout(inputShape: current.shape, rate: dropout, randomLayer: .name(levelName)),
                    name: "\(levelName)/dropout", own)
            }
            appendLevel(item, name: levelName, reduction: level == levels ? reduction(of: item, own) : nil, own)
        }
    }

    /// - Parameter reduction: to one row; nil for all steps.
    private mutating func appendLevel(
        _ item: NetworkItem, name: String, reduction: Reduction?, _ own: Surroundings
    ) {
        let input = current
        func layer(isReversed: Bool) -> Recurrent {
            Recurrent(
                RecurrentItem.cell(of: item), inputShape: input.shape, units: item.integer("units"),
                isReversed: isReversed, isLastOnly: reduction == .last, truncation: truncation, format: format)
        }
        func appendDirection(_ name: String, isReversed: Bool) {
            add(layer(isReversed: isReversed), name: name, inputs: [input.value], own)
            if case .steps(let kind) = reduction {
                add(StepReduction(kind, inputShape: current.shape), name: "\(name)/\(kind)", own)
            }
        }
        appendDirection(name, isReversed: false)
        guard item.isOn("bidirectional") else { return }
        let forward = current
        current.hasTime = true
        appendDirection("\(name)/reverse", isReversed: true)
        add(
            Concatenation(inputShape: forward.shape), name: "\(name)/both", inputs: [forward.value, current.value],
            own)
    }

    /// How the steps of the last level become one row.
    private enum Reduction: Equatable {
        case last
        case steps(StepReduction.Kind)
    }

    private func reduction(of item: NetworkItem, _ own: Surroundings) -> Reduction? {
        switch item.choice("returns", RecurrentItem.Returns.self) {
        case .sequence: nil
        case .mean: .steps(.mean)
        case .max: .steps(.max)
        case .last: .last
        case .auto, nil: own.isFollowedByReader || labelsAreOfSteps ? nil : .last
        }
    }
}

extension NetworkItem {
    /// Why the item's output on a sequence would depend on the padding after its end; nil if it does not.
    var problemOfLengths: NetworkItemError.Problem? {
        if [ItemKind.flatten.name, ItemKind.reshape.name].contains(kind) { return .flattensLengths }
        let isOfPlaces = normalizes && kind != "layer-norm"
        if isOfPlaces || has("norm") && !["none", "layer"].contains(text("norm")) { return .normalizesLengths }
        guard has("window") else { return nil }
        let stride = has("stride") ? text("stride") : nil
        let isPool = Pooling.words.contains { $0.name == kind }
        let isPadded = has("pad") && !["0", "valid"].contains(text("pad"))
        let movesEnds = isPool ? isPadded || isOn("ceil") : text("pad") == "same" && stride != "1"
        return kind == "transposed-conv" || movesEnds ? .padsLengths : nil
    }
}

extension [NetworkItem] {
    /// Whether labels of as many numbers as samples have steps are one a step: samples are sequences, and no item says that it takes one
    /// row of their steps.
    /// - Parameters:
    ///   - shape: of a sample.
    ///   - axes: what is said of it, such as "TC".
    package func keepSteps(of shape: [Int], axes: String?) -> Bool {
        guard let found = (try? self.axes(of: shape, said: axes)) ?? nil, ["T", "TC"].contains(found) else {
            return false
        }
        return !contains { item in
            let returns = RecurrentItem.isRecurrent(item) ? item.choice("returns", RecurrentItem.Returns.self) : nil
            return item.isGlobalPool || [ItemKind.flatten.name, ItemKind.reshape.name].contains(item.kind)
                || returns.map { ![.auto, .sequence].contains($0) } ?? false
        }
    }
}

extension Sequence<NetworkItem> {
    /// Whether the first item that is not dropout, an activation, a normalisation or dense reads the steps of a sequence.
    var readSteps: Bool {
        for item in self {
            if item.kind == ItemKind.residual.name && !item.items.readSteps { continue }
            let passesOn = item.normalizes || ["dense", "dropout", "activation"].contains(item.kind)
            if !passesOn { return true }
        }
        return false
    }
}
