import CVector

/// `destination` = bytes · scale + offset.
package func scale(_ bytes: BufferView<UInt8>, by scale: Float, offset: Float, into destination: FloatView) {
    precondition(bytes.count == destination.count)
    cvector_scale_bytes(bytes.base, destination.base, bytes.count, scale, offset)
}

/// `destination` = floats · scale + offset.
package func scale(_ floats: FloatView, by scale: Float, offset: Float, into destination: FloatView) {
    precondition(floats.count == destination.count)
    cvector_scale_floats(floats.base, destination.base, floats.count, scale, offset)
}

/// The index of the first value that is NaN or infinite.
package func firstNotFinite(in values: FloatView) -> Int? {
    let index = cvector_first_not_finite(values.base, values.count)
    return index < values.count ? index : nil
}

/// `sums` = first + second, element by element; `sums` may be one of them.
package func add(_ first: FloatView, _ second: FloatView, into sums: FloatView) {
    precondition(first.count == sums.count && second.count == sums.count)
    cvector_add(first.base, second.base, sums.base, sums.count)
}

/// Adds `row` to each row of `values` [rows, columns].
package func add(row: FloatView, toRowsOf values: FloatView) {
    cvector_add_to_rows(row.base, values.base, rows(of: values, row.count), row.count)
}

/// `sums` [columns] = the sum of each column of `matrix` [rows, columns], in an order that is the same on every CPU.
package func sumEachColumn(of matrix: FloatView, into sums: FloatView) {
    cvector_sum_columns(matrix.base, rows(of: matrix, sums.count), sums.count, sums.base)
}
