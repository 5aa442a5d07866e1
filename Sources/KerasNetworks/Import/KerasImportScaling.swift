import PortableNetworks

/// What the first layers do to raw values.
extension KerasImporter {
    mutating func appendScaling(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        guard input.isRaw else { throw settings.error(.unknownOperation(settings.layer.kind)) }
        let new =
            settings.layer.kind == "Rescaling" ? try rescaling(settings, input) : try normalization(settings, input)
        setScaling(network.scaling.map { $0.followed(by: new) } ?? new)
        var state = append(settings, .same, input)
        state.isRaw = true
        return state
    }

    private func rescaling(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> InputScaling {
        let channels = input.shape[input.shape.count - 1]
        func numbers(_ name: String, usual: Double) throws(ModelImportError) -> [Double] {
            let value = settings.layer.config[name]
            guard let numbers = value.map(\.allNumbers) ?? [usual], [1, channels].contains(numbers.count) else {
                throw settings.unsupported(name)
            }
            return numbers
        }
        let (scale, offset) = (try numbers("scale", usual: 1), try numbers("offset", usual: 0))
        guard scale.allSatisfy({ $0 != 0 }) else { throw settings.unsupported("scale") }
        let count = max(scale.count, offset.count)
        let factor = (0..<count).map { scale[$0 % scale.count] }
        let shift = (0..<count).map { -offset[$0 % offset.count] / factor[$0] }
        return InputScaling(shape: count == 1 ? [] : [count], shift: shift.map { $0 == 0 ? 0 : $0 }, factor: factor)
    }

    /// (input − mean) / √variance, of numbers that the settings say, or that it has found in data.
    private func normalization(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> InputScaling {
        try settings.requireOff("invert")
        let axes = input.shape.count
        let said = settings.layer.config["axis"].map(\.allNumbers) ?? []
        guard let numbers = said else { throw settings.unsupported("axis") }
        let kept = numbers.map { $0 < 0 ? $0 + Double(axes) : $0 - 1 }.sorted()
        let shape: [Int]
        if kept.isEmpty {
            shape = []
        } else if kept == [Double(axes - 1)] {
            shape = [input.shape[axes - 1]]
        } else if kept == (0..<axes).map(Double.init) || input.hasTime && kept == (1..<axes).map(Double.init) {
            shape = Array(input.shape.suffix(kept.count))
        } else {
            throw settings.unsupported("axis")
        }
        let (means, variances): ([Double], [Double])
        if let mean = settings.layer.config["mean"], let variance = settings.layer.config["variance"] {
            (means, variances) = (mean.allNumbers ?? [], variance.allNumbers ?? [])
        } else {
            let found = try tensors(settings, [("", [("mean", shape), ("variance", shape)])])[0]
            (means, variances) = (found[0].values.map(Double.init), found[1].values.map(Double.init))
        }
        let count = shape.reduce(1, *)
        guard [1, count].contains(means.count), variances.count == means.count,
            (means + variances).allSatisfy(\.isFinite), variances.allSatisfy({ $0 >= 0 })
        else { throw settings.unsupported("mean") }
        func values(_ each: [Double]) -> [Double] {
            each.count == count ? each : Array(repeating: each[0], count: count)
        }
        return InputScaling(
            shape: shape, shift: values(means),
            // Beyond 1e37 it is how an input is written that is 0 always; Keras divides by 1e-7 at least.
            factor: values(variances).map { $0 > 1e37 ? 0 : 1 / max($0.squareRoot(), 1e-7) })
    }
}

extension InputScaling {
    /// Both, one after the other: ((raw − shift) · factor − next.shift) · next.factor.
    fileprivate func followed(by next: InputScaling) -> InputScaling {
        let wide = next.factor.count > factor.count ? next.shape : shape
        let count = max(factor.count, next.factor.count)
        func own(_ values: [Double], _ index: Int) -> Double { values[index % values.count] }
        return InputScaling(
            shape: wide,
            shift: (0..<count).map {
                own(shift, $0) + (own(factor, $0) == 0 ? 0 : own(next.shift, $0) / own(factor, $0))
            },
            factor: (0..<count).map { own(factor, $0) * own(next.factor, $0) })
    }
}
