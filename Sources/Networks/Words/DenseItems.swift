import Kernels

// MARK: The words of dense networks

extension Dense {
    /// `dense 256 activation=tanh bias=no`, or `256` alone. The usual activation is that of the whole network.
    package static let word = ItemKind(
        "dense", numbers: [.init("outputs", .integer(1...1_000_000))],
        options: [
            .init("activation", .choice(Activation.allCases.map(\.rawValue))), .init("bias", .yesOrNo, usual: "yes"),
        ])
}

extension Dropout {
    /// `dropout 0.5`
    package static let word = ItemKind("dropout", numbers: [.init("share", .share)])
}

extension ItemKind {
    /// `activation relu`
    package static let activation = ItemKind(
        "activation", numbers: [.init("function", .choice(Activation.allCases.map(\.rawValue)))])
    /// `flatten`
    package static let flatten = ItemKind("flatten")
    /// `residual [dense 64, dense 64] activation=relu`: the items' output is added to their input. The usual activation of the
    /// sum is that of the whole network.
    package static let residual = ItemKind(
        "residual", options: [.init("activation", .choice(Activation.allCases.map(\.rawValue)))], hasItems: true)
}

extension NetworkReader {
    /// Reads dense networks.
    package static let dense = NetworkReader(
        kinds: [Dense.word, Dropout.word, .activation, .flatten, .residual])
}
