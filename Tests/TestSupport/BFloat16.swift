/// The nearest number with 8 significant bits, with ties to even, of a finite normal Float.
public func roundedToBFloat16(_ value: Float) -> Float {
    guard value != 0 else { return value }
    // The last of the eight bits has 2⁻⁷ of the value of the first.
    let unit = Double(value.binade) * 0x1p-7
    return Float((Double(value) / unit).rounded(.toNearestOrEven) * unit)
}
