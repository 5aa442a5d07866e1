import Datasets
import Display
import DurableFiles
import Messages
import Models
import Reports
import Runs
import Splits
import Stepping
import Tables

/// Answers rows of the standard input on the standard output as they come.
///
/// What it writes and says does not depend on which rows have arrived together: each is computed by itself.
final class PredictionStream {
    private let checkpoint: Checkpoint
    private let form: PredictionForm
    private let inference: Inference
    /// The rows that are done, and those of them that were left out.
    private var rows = 0
    private var dropped = 0
    /// The kinds of notes that have been told, of the first row that they hold for.
    private var told: Set<String> = []

    init(_ checkpoint: Checkpoint, _ form: PredictionForm, workerCount: Int) throws {
        (self.checkpoint, self.form) = (checkpoint, form)
        inference = try Inference(network: checkpoint.model.network, workerCount: workerCount, rowsPerItem: 1)
    }

    /// Answers all rows. Memory holds 4,096 of them at most.
    /// - Throws: the errors of reading, after the rows before the one that is wrong are answered.
    func answer(to request: TableRequest) throws {
        var reader = try TableReader("-", request: request, asItComes: true)
        do {
            while let table = try reader.arrivedRows() {
                if rows == 0 {
                    let format = FoundFormat(table)
                    if !format.isPlain { printError("note: " + format.wording) }
                }
                let split = try RawSplit(of: table, allowsManyCategories: true)
                try answer(split, table.ids, firstRow: rows)
            }
        } catch {
            if rows > 0 { printError("note: answered \(counted(rows, "row")) before the one that is wrong") }
            throw error
        }
        guard rows > 0 else { throw CSVError.empty(path: "standard input") }
        if dropped > 0 { printNote(.droppedRows(file: "standard input", dataset: "", count: dropped, of: rows)) }
    }

    /// Answers rows that have arrived together; one by one, if something is wrong with one of them, or something is to be told.
    private func answer(_ split: RawSplit, _ ids: TextColumn?, firstRow: Int) throws {
        let isSingle = split.count == 1
        do {
            let (lines, notes, dropped) = try lines(for: split, ids, firstRow: firstRow)
            let new = notes.filter { !told.contains(Self.kind(of: $0)) }
            if new.isEmpty || isSingle {
                new.forEach(printNote)
                told.formUnion(new.map(Self.kind))
                try printText((rows == 0 ? form.header : "") + lines)
                rows += split.count
                self.dropped += dropped
                return
            }
        } catch  where !isSingle {
            // The row that is wrong fails again, after those before it.
        }
        for row in 0..<split.count { try answer(split.selecting([row]), ids, firstRow: firstRow) }
    }

    private func lines(
        for split: RawSplit, _ ids: TextColumn?, firstRow: Int
    ) throws -> (lines: String, notes: [SchemaNote], dropped: Int) {
        let model = checkpoint.model
        var notes = split.notes
        let complete: RawSplit
        do {
            complete = try split.droppingRows(for: model) { _ in }
        } catch DatasetError.noCompleteRows {
            return ("", notes, split.count)
        }
        let matrix = try complete.inputs(of: model) { notes.append($0) }
        let outputs = try inference.outputs(of: matrix, parameters: checkpoint.networkParameters)
        let predictions = Predictions(
            model: model, rows: complete.rows?.indices, features: matrix, ids: ids, outputs: outputs)
        return (predictions.lines(form, firstRow: firstRow), notes, split.count - complete.count)
    }

    /// The name of a note's case: what it tells, without the numbers.
    private static func kind(of note: SchemaNote) -> String {
        Mirror(reflecting: note).children.first?.label ?? "\(note)"
    }
}
