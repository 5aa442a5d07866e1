import Datasets

extension CoarseColumns {
    /// A warning that names the columns, shows the first one, and says what to do.
    package var wording: String {
        let first = columns[0]
        let column =
            switch sampleShape.count {
            case 1 where sampleShape[0] == 1: ""
            case 1: " column \(names.map { brief($0[first.index]) } ?? "\(first.index)")"
            default: " at \(position(of: first.index))"
            }
        let others = columns.count > 1 ? " (and \(counted(columns.count - 1, "other column")) alike)" : ""
        return
            "\(dataset)\(column) goes from \(number(first.range.lowerBound)) to \(number(first.range.upperBound))\(others); "
            + "32-bit floats tell apart only multiples of \(number(first.step)) there\n"
            + "  take off what its values have in common, such as the smallest, before they are written"
    }

    /// The indices of an element: [2, 3] for row 2 and column 3 of a sample.
    private func position(of index: Int) -> [Int] {
        var rest = index
        return sampleShape.reversed().map { extent in
            defer { rest /= extent }
            return rest % extent
        }.reversed()
    }

    /// Whole numbers in groups of three digits.
    private func number(_ value: Double) -> String {
        abs(value) <= 0x1p53 ? Int(exactly: value).map(grouped) ?? "\(value)" : "\(value)"
    }
}
