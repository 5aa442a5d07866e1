import Messages
import Models
import Pages

/// What an evaluation shows on a page: its figures, the classes that are confused, or predictions against measurements.
struct EvaluationBlocks {
    private let evaluation: Evaluation

    init(_ evaluation: Evaluation) { self.evaluation = evaluation }

    /// More classes than these have no row each.
    private static let mostRows = 200
    /// How many confusions, and outputs of measurements, are shown.
    private static let mostConfusions = 12
    private static let mostOutputs = 6

    var all: [any Block] {
        [Paragraph(evaluation.line)] + matrix + ratings + [MistakePictures(evaluation)?.grid].compactMap(\.self)
            + measurements
    }

    private var matrix: [any Block] {
        guard evaluation.classNames.count <= 1000, let confusion = evaluation.confusion else { return [] }
        let names = evaluation.classNames
        let pairs = confusion.counts.enumerated().flatMap { label, row in
            row.enumerated().filter { $0.offset != label && $0.element > 0 }
                .map { (label: label, prediction: $0.offset, count: $0.element) }
        }
        let most = pairs.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .prefix(Self.mostConfusions).map(\.element)
        let heat = HeatMap(title: "Confusion matrix", classes: names, counts: confusion.counts)
        let table = Table(
            title: "The most frequent confusions",
            columns: [.text("label"), .text("predicted"), .number("samples")],
            rows: most.map { [names[$0.label], names[$0.prediction], grouped($0.count)] })
        return most.isEmpty ? [heat] : [heat, table]
    }

    private var ratings: [any Block] {
        guard let ratings = evaluation.ratings, ratings.rows.count <= Self.mostRows else { return [] }
        let columns = ratings.header.enumerated().map { index, name in
            index == 0 ? Table.Column.text(name) : .number(name)
        }
        return [Table(title: "Each \(ratings.header[0])", columns: columns, rows: ratings.rows)]
    }

    /// Predictions against targets, in the unit of the data.
    private var measurements: [any Block] {
        let model = evaluation.model
        guard case .numbers(let width) = model.encoding, case .values(let targets, _) = evaluation.samples.targets
        else { return [] }
        let (predicted, measured) = (model.results(evaluation.outputs), model.results(targets))
        let charts = (0..<min(width, Self.mostOutputs)).map { output in
            let points = stride(from: output, to: measured.count, by: width).map {
                Point(x: Double(measured.view[$0]), y: Double(predicted.view[$0]))
            }
            return ScatterChart(
                title: evaluation.outputNames[output], horizontal: "target", vertical: "prediction",
                groups: [.init("", points)], background: .diagonal)
        }
        return [Row(charts)]
    }
}
