/// The number of 8 significant bits that is nearest; of two, the one that is even. Of a Float that is finite and no
/// subnormal.
public func roundedToBFloat16(_ value: Float) -> Float {
    guard value != 0 else { return value }
    // The last of eight bits is worth 2⁻⁷ of the leading one.
    let unit = Double(value.binade) * 0x1p-7
    return Float((Double(value) / unit).rounded(.toNearestOrEven) * unit)
}
