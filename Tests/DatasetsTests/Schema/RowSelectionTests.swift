import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct RowSelectionTests {
    /// Sizes at and beside whole bytes.
    @Test(arguments: [1, 7, 8, 9, 64, 1001])
    func aSelectionIsThatOfItsRows(count: Int) {
        var random = TestRandom(seed: UInt64(count))
        let rows = (0..<count).filter { _ in random.integer(below: 3) == 0 }
        let selection = RowSelection(rows, of: count)
        #expect(selection.rows == count && selection.count == rows.count)
        #expect(selection.indices == rows)
        #expect((0..<count).filter(selection.contains) == rows)
    }

    @Test func orderAndRepetitionDoNotMatter() {
        #expect(RowSelection([5, 1, 5], of: 8) == RowSelection([1, 5], of: 8))
        #expect(RowSelection([], of: 8).indices == [] && RowSelection(0..<8, of: 8).count == 8)
    }

    @Test func aSelectionSurvivesCoding() throws {
        let selection = RowSelection([0, 8, 11], of: 12)
        let copy = try JSONDecoder().decode(RowSelection.self, from: JSONEncoder().encode(selection))
        #expect(copy == selection && copy.indices == [0, 8, 11])
    }
}
