/// What matrix multiplications take: Float32, or bfloat16, the upper half of a Float32's bits. Both add up in Float32.
public enum Precision: String, Sendable, CaseIterable {
    case fp32, bf16
}
