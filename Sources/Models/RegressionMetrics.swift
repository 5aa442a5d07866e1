import Kernels

/// Regression errors of a network's outputs, summed in Double in the order of the rows.
package struct RegressionMetrics: Sendable, Equatable {
    /// The metrics of one output y with its targets t.
    package struct Output: Sendable, Equatable {
        /// MAE: Σ |y − t| / rows.
        package let meanAbsoluteError: Double
        /// R² = 1 − Σ (y − t)² / Σ (t − mean t)², the explained share of the targets' variance; nil if that is 0.
        package let rSquared: Double?
    }

    /// One entry for each output.
    package let outputs: [Output]

    /// The mean over the outputs, as scikit-learn's mean_absolute_error.
    package var meanAbsoluteError: Double { mean(outputs.map(\.meanAbsoluteError)) }

    /// The mean of the outputs' R², as scikit-learn's r2_score with multioutput="uniform_average"; nil if one has no R².
    package var rSquared: Double? {
        let each = outputs.compactMap(\.rSquared)
        return each.count == outputs.count ? mean(each) : nil
    }

    /// Compares each output with its targets.
    /// - Parameters:
    ///   - outputs: [rows, width]
    ///   - targets: [rows, width]
    ///   - deviations: the unit of each output, if both are standardised; empty for 1.
    package init(outputs: FloatBuffer, targets: FloatBuffer, width: Int, deviations: [Double] = []) {
        self.outputs = (0..<width).map { column in
            func values(_ rows: FloatBuffer) -> [Double] {
                stride(from: column, to: rows.count, by: width).map { Double(rows.view[$0]) }
            }
            return Output(values(outputs), values(targets), unit: deviations.isEmpty ? 1 : deviations[column])
        }
    }
}

extension RegressionMetrics.Output {
    fileprivate init(_ values: [Double], _ targets: [Double], unit: Double) {
        let errors = zip(values, targets).map { $0 - $1 }
        let center = mean(targets)
        let variation = sum(targets.map { ($0 - center) * ($0 - center) })
        meanAbsoluteError = unit * mean(errors.map(abs))
        rSquared = variation > 0 ? 1 - sum(errors.map { $0 * $0 }) / variation : nil
    }
}

private func sum(_ values: [Double]) -> Double { values.reduce(0, +) }

private func mean(_ values: [Double]) -> Double { sum(values) / Double(values.count) }
