import CVector

/// Inverted dropout (Srivastava et al. 2014): each element of [rows, columns] is dropped with probability p, else
/// multiplied by 1 / (1 − p), so that its mean stays and inference needs no correction. The mask is a function of
/// random stream, row and column.
package struct DropoutMask: Sendable {
    private let random: Philox
    private let firstRow: Int
    private let threshold: UInt32
    private let scale: Float

    /// - Parameters:
    ///   - rate: p, at least 0 and below 1.
    ///   - random: the stream of this layer and step.
    ///   - firstRow: the minibatch's row that is row 0 here.
    package init(rate: Double, random: Philox, firstRow: Int) {
        precondition(rate >= 0 && rate < 1)
        self.random = random
        self.firstRow = firstRow
        threshold = UInt32(clamping: Int((rate * 0x1p32).rounded()))
        scale = Float(1 / (1 - rate))
    }

    /// 0, or 1 / (1 − p).
    package func factor(row: Int, column: Int) -> Float {
        let block = random.block(UInt64(firstRow + row) << 32 | UInt64(column / 4))
        return block[column % 4] >= threshold ? scale : 0
    }

    /// results = values · factor, of values [rows, places, columns], whose places have one factor.
    package func apply(to values: FloatView, into results: FloatView, places: Int = 1, columns: Int) {
        precondition(results.count == values.count)
        let mask = cvector_dropout_mask(
            key: (random.key.x, random.key.y), stream: (random.stream.x, random.stream.y),
            first_row: UInt32(truncatingIfNeeded: firstRow), threshold: threshold, scale: scale)
        cvector_dropout(values.base, results.base, rows(of: values, places * columns), places, columns, mask)
    }
}
