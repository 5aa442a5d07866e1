import Kernels
import Layers

/// The steps of a shard's samples in the order of computation: the first of all samples, then the second, and so on. The samples
/// are sorted by length, the longest first, so that those that go on are the first rows of a step, and no work is done on the others.
struct StepOrder {
    private let rows: Int
    /// Steps of a whole sample.
    private let steps: Int
    private let isReversed: Bool
    /// The samples' rows, the longest first; of equal ones the first.
    private var order: [Int]
    private var lengths: [Int]
    /// The number of samples that have each step.
    private(set) var counts: [Int]
    /// The number of samples and steps before each step, and in the end of all.
    private(set) var starts: [Int]

    init(rows: Int, steps: Int, isReversed: Bool) {
        (self.rows, self.steps, self.isReversed) = (rows, steps, isReversed)
        order = Array(0..<rows)
        lengths = Array(repeating: steps, count: rows)
        counts = Array(repeating: rows, count: steps)
        starts = (0...steps).map { $0 * rows }
    }

    /// - Parameter lengths: of the samples; nil for whole ones.
    mutating func set(lengths new: BufferView<Int32>?) {
        precondition(new.map { $0.count == rows } ?? true)
        for row in 0..<rows { lengths[row] = new.map { Int($0[row]) } ?? steps }
        order.sort { lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1] }
        var count = rows
        for step in 0..<steps {
            while count > 0 && lengths[order[count - 1]] <= step { count -= 1 }
            counts[step] = count
            starts[step + 1] = starts[step] + count
        }
    }

    /// All samples' steps together.
    var total: Int { starts[steps] }

    /// The row of a sample.
    func row(_ index: Int) -> Int { order[index] }

    /// The samples whose last step it is.
    func ending(_ step: Int) -> Range<Int> { (step + 1 < steps ? counts[step + 1] : 0)..<counts[step] }

    /// Calls `body` with the index of each sample among those of a step, and the place of its values among those of [rows, steps].
    @inline(__always)
    func forEach(_ step: Int, _ body: (_ index: Int, _ place: Int) -> Void) {
        for index in 0..<counts[step] {
            let row = order[index]
            body(index, row * steps + (isReversed ? lengths[row] - 1 - step : step))
        }
    }
}
