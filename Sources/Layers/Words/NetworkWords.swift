import Kernels

extension ItemKind {
    /// `flatten`
    package static let flatten = ItemKind("flatten")
    /// `reshape 8x8x3`: a sample's values in another shape, row-major.
    package static let reshape = ItemKind("reshape", numbers: [.init("shape", .shape)])
    /// `residual [dense 64, dense 64] activation=relu`: the items' output is added to their input. The usual activation of the
    /// sum is that of the whole network.
    package static let residual = ItemKind(
        "residual",
        options: [
            .init("project", .choice(Projection.allCases.map(\.rawValue)), usual: "auto"),
            .init("activation", .choice(Activation.allCases.map(\.rawValue))),
        ], hasItems: true)
}

/// Whether a linear layer projects the input of a residual block: where it must, always, or never.
package enum Projection: String, CaseIterable { case auto, yes, no }
