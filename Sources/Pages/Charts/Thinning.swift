/// A place on a plane: of data, or in a plot from 0 to 1 to the right and downwards.
package struct Point: Sendable, Equatable {
    /// To the right.
    package var x: Double
    /// Upwards in data, downwards in a plot.
    package var y: Double

    /// A point at two coordinates.
    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// Leaves out points that a reader could not see, so that a page stays small.
enum Thinning {
    /// The lines through `points` in order of x, in positions from 0 to 1, where a y that is not finite is a gap.
    ///
    /// Of each of `columns` pixel columns stay the first point, the lowest, the highest and the last, which together
    /// cover the same pixels as all of them; a gap within one column is narrower than a pixel and closes.
    static func lines(_ points: [Point], columns: Int) -> [[Point]] {
        let isThinned = points.count > 2 * columns
        func column(_ point: Point) -> Int { Int(point.x * Double(columns)) }
        var lines: [[Point]] = []
        var bucket: [Point] = []
        var isAfterGap = true
        func close() {
            guard !bucket.isEmpty, !lines.isEmpty else { return }
            lines[lines.count - 1] += isThinned ? extremes(bucket) : bucket
            bucket = []
        }
        for point in points {
            guard point.y.isFinite else {
                isAfterGap = true
                continue
            }
            let isSameColumn = isThinned && bucket.last.map { column($0) == column(point) } ?? false
            if !isSameColumn {
                close()
                if isAfterGap { lines.append([]) }
            }
            bucket.append(point)
            isAfterGap = false
        }
        close()
        return lines
    }

    /// The first, the lowest, the highest and the last of points, in their order.
    private static func extremes(_ points: [Point]) -> [Point] {
        guard points.count > 4 else { return points }
        let lowest = points.indices.min { points[$0].y < points[$1].y } ?? 0
        let highest = points.indices.max { points[$0].y < points[$1].y } ?? 0
        return points.indices.filter { [0, lowest, highest, points.count - 1].contains($0) }.map { points[$0] }
    }

    /// Points of groups in positions from 0 to 1, at most about `limit` in all: of ever coarser grids, the first point
    /// of each group in each cell stays, until so few are left. So a point that lies alone always stays.
    static func scattered(_ groups: [[Point]], limit: Int) -> [[Point]] {
        guard groups.reduce(0, { $0 + $1.count }) > limit else { return groups }
        var kept = groups
        var side = finestSide
        while kept.reduce(0, { $0 + $1.count }) > limit && side > coarsestSide {
            kept = kept.map { firstOfEachCell($0, side: side) }
            side /= 1.25
        }
        return kept
    }

    /// Cells along an edge of the grid: of less than a pixel at first, and at last so large that few points remain.
    private static let finestSide = 1024.0
    private static let coarsestSide = 8.0

    private static func firstOfEachCell(_ points: [Point], side: Double) -> [Point] {
        var occupied: Set<Int> = []
        return points.filter { point in
            occupied.insert(Int(point.y * side) * Int(2 * finestSide) + Int(point.x * side)).inserted
        }
    }
}
