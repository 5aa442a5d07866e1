import Kernels

/// How items say a normalisation: by a word of its own, or, after the linear part of another item, by `norm=`.
package enum NormalizationItem {
    /// Options of every normalisation with a word of its own.
    static let options: [ItemKind.Parameter] = [
        epsilon(), .init("scale", .yesOrNo, usual: "yes"), .init("shift", .yesOrNo, usual: "yes"),
    ]

    /// Options of an item with a linear part, before its activation.
    static let ofLinear: [ItemKind.Parameter] =
        [.init("norm", .normalization, usual: "none"), epsilon(onlyWith: .init("norm"))]
        + batchOptions(onlyWith: .init("norm", "batch"))

    /// Options of batch normalisation.
    static func batchOptions(onlyWith condition: ItemKind.Condition? = nil) -> [ItemKind.Parameter] {
        [
            .init("momentum", .share, usual: "0.9", onlyWith: condition),
            .init("statistics", .integerOr("minibatch", 2...65536), usual: "minibatch", onlyWith: condition),
        ]
    }

    private static func epsilon(onlyWith condition: ItemKind.Condition? = nil) -> ItemKind.Parameter {
        .init("epsilon", .factor, usual: "1e-05", onlyWith: condition)
    }

    static func hasScale(_ item: NetworkItem) -> Bool { !item.has("scale") || item.isOn("scale") }
    static func hasShift(_ item: NetworkItem) -> Bool { !item.has("shift") || item.isOn("shift") }

    /// Whether a normalisation follows the linear part of an item.
    package static func follows(_ item: NetworkItem) -> Bool { item.has("norm") && item.text("norm") != "none" }

    /// The last item that is a normalisation or has one, in brackets too; nil if there is none.
    package static func last(of items: [NetworkItem]) -> NetworkItem? {
        for item in items.reversed() {
            if item.normalizes || follows(item) { return item }
            if let found = last(of: item.items) { return found }
        }
        return nil
    }

    /// The activation of the linear part: the item's own, or none if a normalisation stands between them.
    static func activationOfLinear(_ item: NetworkItem, _ place: ItemPlace) -> Activation {
        follows(item) ? .identity : item.choice("activation") ?? place.activation
    }

    /// Whether the linear part has a bias, which batch normalisation takes away again.
    static func hasBias(_ item: NetworkItem) -> Bool { item.isOn("bias") && item.text("norm") != "batch" }

    /// The normalisation that an item says.
    /// - Parameter inputShape: before the normalisation.
    /// - Throws: what does not fit.
    package static func layer(
        _ item: NetworkItem, inputShape: [Int], activation: Activation
    ) throws(NetworkItemError.Problem) -> any ItemLayer {
        guard let kind = kind(of: item) else {
            return BatchNormalization(item, inputShape: inputShape, activation: activation)
        }
        return try GroupNormalization(kind, item, inputShape: inputShape, activation: activation)
    }

    /// What an item's normalisation is over within a sample; nil for that of a batch.
    static func kind(of item: NetworkItem) -> GroupNormalization.Kind? {
        let isWord = !item.has("norm")
        let text = isWord ? String(item.kind.dropLast("-norm".count)) : item.text("norm") ?? ""
        switch text {
        case "batch": return nil
        case "layer": return .layer
        case "instance": return .instance
        default: return .group(isWord ? item.integer("groups") : Int(text.dropFirst("group:".count)) ?? 1)
        }
    }
}
