import Networks

/// A stretch of the flat parameters that one worker reduces and updates while it is in cache; all of it weights, or
/// none of it.
struct UpdateRange: Sendable {
    /// 32 KiB of each of parameters, gradients and slots.
    static let most = 8192

    let offset: Int
    let count: Int
    let isWeight: Bool

    static func ranges(of layout: ParameterLayout) -> [UpdateRange] {
        layout.tensors.flatMap { tensor in
            stride(from: 0, to: tensor.count, by: most).map { start in
                UpdateRange(
                    offset: tensor.offset + start, count: min(most, tensor.count - start), isWeight: tensor.isWeight)
            }
        }
    }
}
